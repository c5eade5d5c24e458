#include "server/net/client_server.h"

#include <fmt/core.h>

#include "server_fixture.h"

#include <sys/resource.h>

using namespace paddock;
using namespace paddock::net;

TEST_CASE("frames come whole, however they were cut on the way") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  const std::string stream = framed("one") + framed("") + framed(std::string(300, 'x'));
  for (const char c : stream) {
    fixture.write(client, std::string_view(&c, 1));
    fixture.settle();
  }
  CHECK(fixture.read(client, stream.size()) == stream);
  CHECK(fixture.frames == std::vector<std::string>{"hello", "one", "", std::string(300, 'x')});
}

TEST_CASE("what arrives together is one batch, answered in one write and in order") {
  ClientServerOptions options;
  options.work_quantum_us = 3'600'000'000;  // a busy machine may leave this process waiting within its turn
  ServerFixture fixture(options);
  auto client = fixture.connect_with_session();
  std::string stream;
  for (int i = 0; i < 1000; ++i) stream += framed(std::to_string(i));
  fixture.settle();
  const int before = fixture.batches;
  fixture.write(client, stream);
  CHECK(fixture.read(client, stream.size()) == stream);
  CHECK(fixture.batches - before == 1);
}

TEST_CASE("frames larger than a read buffer arrive whole") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  const std::string large(900'000, 'y');
  fixture.write(client, framed(large) + framed("behind"));
  const std::string expected = framed(large) + framed("behind");
  CHECK(fixture.read(client, expected.size()) == expected);
}

TEST_CASE("a frame of the limit is taken, one above it or of negative length ends the connection") {
  ClientServerOptions options;
  options.max_frame = 10000;
  ServerFixture fixture(options);
  auto exact = fixture.connect_with_session();
  fixture.write(exact, framed(std::string(10000, 'x')));
  CHECK(fixture.read(exact, 10004).size() == 10004);
  fixture.write(exact, std::string("\0\0\x27\x11", 4));
  CHECK(fixture.read_to_end(exact).empty());

  auto negative = fixture.connect_with_session();
  fixture.write(negative, framed("last") + std::string("\xff\xff\xff\xff", 4));
  CHECK(fixture.read_to_end(negative) == framed("last"));

  // The buffer that all connections share has not been harmed.
  auto healthy = fixture.connect_with_session();
}

TEST_CASE("nobody gets memory before the handshake: the first frame is small") {
  ServerFixture fixture;
  auto client = fixture.connect();
  fixture.write(client, std::string("\0\0\x10\x01", 4));
  CHECK(fixture.read_to_end(client).empty());
  CHECK(fixture.frames.empty());
}

TEST_CASE("a connection that waits for its session is not read") {
  ServerFixture fixture;
  fixture.echo = false;
  auto client = fixture.connect();
  fixture.write(client, framed("hello") + framed("early"));
  fixture.until([&] { return fixture.frames.size() == 1; });
  fixture.settle();
  CHECK(fixture.frames == std::vector<std::string>{"hello"});
  fixture.server->send(ConnectionId{1}, "welcome", false);
  fixture.until([&] { return fixture.frames.size() == 2; });
  CHECK(fixture.read(client, 7) == "welcome");
}

TEST_CASE("a refused frame drops the connection behind what was due") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  fixture.write(client, framed("good") + framed("bad") + framed("never"));
  CHECK(fixture.read_to_end(client) == framed("good") + framed("bad"));
  fixture.settle();
  CHECK(fixture.log == "connect 1 127.0.0.1;frame 1 5;frame 1 4;frame 1 3;end 1;");
}

TEST_CASE("a word is answered and the connection closed") {
  ServerFixture fixture;
  SECTION("alone") {
    auto client = fixture.connect();
    fixture.write(client, "ruok");
    CHECK(fixture.read_to_end(client) == "imok");
    CHECK(fixture.words == std::vector<std::string>{"ruok"});
  }
  SECTION("in pieces, followed by what nobody reads") {
    auto client = fixture.connect();
    fixture.write(client, "ru");
    fixture.settle();
    fixture.write(client, "ok\r\n");
    CHECK(fixture.read_to_end(client) == "imok");
  }
  SECTION("with the eight bytes that stmk wants") {
    auto client = fixture.connect();
    fixture.answers["stmk"] = "5";
    fixture.write(client, std::string("stmk\0\0\0\0\0\0\0\5more", 16));
    CHECK(fixture.read_to_end(client) == "5");
    CHECK(fixture.words == std::vector<std::string>{std::string("stmk\0\0\0\0\0\0\0\5", 12)});
  }
  SECTION("never behind a connect request") {
    auto client = fixture.connect_with_session();
    fixture.write(client, "ruok");
    CHECK(fixture.read_to_end(client).empty());
  }
  SECTION("an unknown one is a length, and far too long") {
    auto client = fixture.connect();
    fixture.write(client, "lsnp");
    CHECK(fixture.read_to_end(client).empty());
  }
  fixture.until([&] { return fixture.log.ends_with("end 1;"); });
}

TEST_CASE("a client that closes its half at once still gets a long answer") {
  ServerFixture fixture;
  fixture.answers["cons"] = std::string(20 << 20, 'c');
  auto client = fixture.connect();
  fixture.write(client, "cons");
  client.shutdown(boost::asio::socket_base::shutdown_send);
  fixture.until([&] { return !fixture.words.empty(); });
  fixture.settle();
  CHECK(fixture.read_to_end(client).size() == 20u << 20);
}

TEST_CASE("a connection with a session ends when the client closes") {
  ServerFixture fixture;
  {
    auto client = fixture.connect_with_session();
    CHECK(fixture.server->size() == 1);
  }
  fixture.until([&] { return fixture.log.ends_with("end 1;"); });
  CHECK(fixture.server->size() == 0);
}

TEST_CASE("per-address and total limits close the surplus right after accept") {
  ClientServerOptions options;
  SECTION("per address") {
    options.max_per_address = 2;
  }
  SECTION("in total") {
    options.max_per_address = 0;
    options.max_total = 2;
  }
  ServerFixture fixture(options);
  auto first = fixture.connect_with_session();
  auto second = fixture.connect_with_session();
  auto third = fixture.connect();
  CHECK(fixture.read_to_end(third).empty());
  CHECK(fixture.server->counters().rejected == 1);
  CHECK(fixture.server->size() == 2);
  first.close();
  fixture.until([&] { return fixture.server->size() == 1; });
  auto fourth = fixture.connect_with_session();
}

TEST_CASE("whoever has no session in time is closed, others are not") {
  ClientServerOptions options;
  options.sessionless_timeout_ms = 50;
  ServerFixture fixture(options);
  auto silent = fixture.connect();
  auto member = fixture.connect_with_session();
  CHECK(fixture.read_to_end(silent).empty());
  CHECK(fixture.server->counters().sessionless_expired == 1);
  fixture.write(member, framed("alive"));
  CHECK(fixture.read(member, 9) == framed("alive"));
}

TEST_CASE("a throttled connection is not read until it may go on") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  fixture.throttled_connections.insert(ConnectionId{1});
  fixture.write(client, framed("a") + framed("b"));
  fixture.until([&] { return fixture.server->connections()[0].interest == 0; });
  fixture.settle();
  CHECK(fixture.frames.size() == 1);
  fixture.server->resume_throttled();
  fixture.settle();
  CHECK(fixture.frames.size() == 1);
  fixture.throttled_connections.clear();
  fixture.server->resume_throttled();
  CHECK(fixture.read(client, 10) == framed("a") + framed("b"));
}

TEST_CASE("a throttled connection does not keep the loop busy") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  fixture.throttled_connections.insert(ConnectionId{1});
  fixture.write(client, framed("a"));
  fixture.until([&] { return fixture.server->connections()[0].interest == 0; });
  fixture.settle();
  const int before = fixture.batches;
  fixture.server->resume_throttled();
  fixture.settle();
  CHECK(fixture.batches == before);
}

TEST_CASE("a client that takes no answers is not read and costs bounded memory") {
  ClientServerOptions options;
  options.max_output_bytes = 1 << 20;
  ServerFixture fixture(options);
  auto client = fixture.connect_with_session();
  const std::string request = framed(std::string(100'000, 'z'));
  size_t sent = 0;
  // Until neither the sockets nor the server take any more.
  fixture.until([&] {
    boost::system::error_code error;
    const size_t rest = sent % request.size();
    const size_t count =
        client.write_some(boost::asio::buffer(request.data() + rest, request.size() - rest), error);
    sent += count;
    return count == 0 && fixture.server->connections()[0].interest == 4;
  });
  const auto info = fixture.server->connections()[0];
  CHECK(info.interest == 4);
  CHECK(info.output_bytes > options.max_output_bytes);
  CHECK(info.output_bytes < options.max_output_bytes + 3 * (64 << 10) + request.size());
  CHECK(fixture.server->output_bytes() == info.output_bytes);

  // Everything that was taken is answered once the client reads.
  const size_t whole = sent / request.size() * request.size();
  CHECK(fixture.read(client, whole).size() == whole);
}

TEST_CASE("output is flushed before a close that was asked for, and nothing is accepted behind it") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  const std::string large(8 << 20, 'l');
  fixture.server->send(ConnectionId{1}, large, false);
  fixture.server->send(ConnectionId{1}, "bye", true);
  fixture.server->send(ConnectionId{1}, "never", false);
  CHECK(fixture.read_to_end(client) == large + "bye");
  fixture.until([&] { return fixture.log.ends_with("end 1;"); });
}

TEST_CASE("a client that never takes its last answer is given up") {
  ClientServerOptions options;
  options.sessionless_timeout_ms = 50;
  ServerFixture fixture(options);
  auto client = fixture.connect_with_session();
  fixture.server->send(ConnectionId{1}, std::string(32 << 20, 'l'), true);
  CHECK(fixture.server->size() == 1);
  fixture.until([&] { return fixture.log.ends_with("end 1;"); });
}

TEST_CASE("addresses are written as Java writes them") {
  ClientServerOptions options;
  options.address = "::";
  ServerFixture fixture(options);
  auto v4 = fixture.connect("127.0.0.1");
  fixture.until([&] { return fixture.server->size() == 1; });
  auto v6 = fixture.connect("::1");
  fixture.until([&] { return fixture.server->size() == 2; });
  CHECK(fixture.log == "connect 1 127.0.0.1;connect 2 0:0:0:0:0:0:0:1;");
  const auto list = fixture.server->connections();
  CHECK(list[0].remote == fmt::format("/127.0.0.1:{}", v4.local_endpoint().port()));
  CHECK(list[1].remote == fmt::format("/[0:0:0:0:0:0:0:1]:{}", v6.local_endpoint().port()));
}

TEST_CASE("a taken port and an address that is nobody's are faults with a name") {
  ServerFixture fixture;
  ClientServerOptions options;
  options.address = "127.0.0.1";
  options.port = fixture.server->port();
  ClientServer second(fixture.io, options, fixture);
  CHECK(second.listen().fault().message ==
        fmt::format("cannot listen on 127.0.0.1:{}: Address already in use", options.port));
  options.address = "192.0.2.1";
  ClientServer elsewhere(fixture.io, options, fixture);
  CHECK(elsewhere.listen().fault().message ==
        fmt::format("cannot listen on 192.0.2.1:{}: Cannot assign requested address", options.port));
}

TEST_CASE("without file descriptors accepting rests and recovers") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  auto waiting = fixture.connect();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  // As many descriptors as are open now: dup() says how many that is.
  const int next = dup(0);
  close(next);
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  setrlimit(RLIMIT_NOFILE, &none);
  fixture.settle();
  const size_t turns = fixture.io.poll();
  CHECK(turns == 0);
  CHECK(fixture.server->size() == 1);
  fixture.write(client, framed("still here"));
  CHECK(fixture.read(client, 14) == framed("still here"));
  setrlimit(RLIMIT_NOFILE, &before);
  fixture.write(waiting, framed("hello"));
  CHECK(fixture.read(waiting, 9) == framed("hello"));
}

TEST_CASE("stop_accepting refuses newcomers and keeps the others") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  const auto port = fixture.server->port();
  fixture.server->stop_accepting();
  ServerFixture::Tcp::socket late(fixture.io);
  boost::system::error_code error;
  late.connect(ServerFixture::Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), port), error);
  CHECK(error == boost::asio::error::connection_refused);
  fixture.write(client, framed("still here"));
  CHECK(fixture.read(client, 14) == framed("still here"));
}

TEST_CASE("a server may go with connections open and operations pending") {
  ServerFixture fixture;
  auto client = fixture.connect_with_session();
  fixture.server->send(ConnectionId{1}, std::string(32 << 20, 'l'), false);
  fixture.server.reset();
  fixture.settle();
  CHECK_FALSE(fixture.log.ends_with("end 1;"));
}
