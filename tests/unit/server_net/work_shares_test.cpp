#include "server/net/work_shares.h"

#include <thread>

#include "server_fixture.h"

using namespace paddock;
using namespace paddock::net;
using namespace std::chrono_literals;

namespace {

// Clients of two addresses at a server that takes 5 ms for each frame "heavy".
struct Busy : ServerFixture {
  static ClientServerOptions options() {
    ClientServerOptions options;
    options.address = "0.0.0.0";
    options.work_quantum_us = 1000;
    return options;
  }
  Busy() : ServerFixture(options()) {}

  bool on_frame(ConnectionId connection, std::string_view frame) override {
    if (frame == "heavy") std::this_thread::sleep_for(5ms);
    return ServerFixture::on_frame(connection, frame);
  }
  Tcp::socket connect_from(const char* address) {
    Tcp::socket socket(io);
    socket.open(Tcp::v4());
    socket.bind(Tcp::endpoint(boost::asio::ip::make_address(address), 0));
    socket.connect(Tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), server->port()));
    socket.non_blocking(true);
    write(socket, framed("hello"));
    CHECK(read(socket, 9) == framed("hello"));
    return socket;
  }
  size_t count(std::string_view what) const {
    return static_cast<size_t>(std::count(frames.begin(), frames.end(), what));
  }
};

std::string times(int count, std::string_view frame) {
  std::string stream;
  for (int i = 0; i < count; ++i) stream += framed(frame);
  return stream;
}

}  // namespace

TEST_CASE("a share: what is spent above the quantum is owed in later rounds, what is not used is gone") {
  WorkShares shares(1ms);
  WorkShare share;
  CHECK(shares.may_work(share));
  shares.charge(share, 999us);
  CHECK(shares.may_work(share));
  shares.charge(share, 2501us);
  CHECK_FALSE(shares.may_work(share));
  for (int round = 0; round < 2; ++round) {
    shares.next_round();
    CHECK_FALSE(shares.may_work(share));
  }
  shares.next_round();
  CHECK(shares.may_work(share));
  for (int round = 0; round < 100; ++round) shares.next_round();
  shares.charge(share, 1ms);
  CHECK_FALSE(shares.may_work(share));
}

TEST_CASE("an address that asks for much does not keep others waiting, however many connections it has") {
  Busy busy;
  auto victim = busy.connect_from("127.0.0.1");
  std::vector<ServerFixture::Tcp::socket> greedy;
  for (int i = 0; i < 10; ++i) greedy.push_back(busy.connect_from("127.0.0.2"));
  for (auto& socket : greedy) busy.write(socket, times(20, "heavy"));
  busy.until([&] { return busy.count("heavy") >= 2; });
  for (int i = 0; i < 5; ++i) {
    const size_t before = busy.count("heavy");
    busy.write(victim, framed("ping"));
    CHECK(busy.read(victim, 8) == framed("ping"));
    CHECK(busy.count("heavy") - before <= 3);
  }
  CHECK(busy.count("heavy") < 200);
  // And is served in the end, each connection in its order.
  for (auto& socket : greedy) CHECK(busy.read(socket, 20 * 9) == times(20, "heavy"));
}

TEST_CASE("connections of one address take turns") {
  Busy busy;
  auto first = busy.connect_from("127.0.0.2");
  auto second = busy.connect_from("127.0.0.2");
  busy.write(first, times(30, "heavy"));
  busy.until([&] { return busy.count("heavy") >= 2; });
  busy.write(second, framed("light"));
  CHECK(busy.read(second, 9) == framed("light"));
  CHECK(busy.count("heavy") < 10);
  CHECK(busy.read(first, 30 * 9) == times(30, "heavy"));
}

TEST_CASE("who sends a frame in pieces gets a turn, too") {
  Busy busy;
  auto first = busy.connect_from("127.0.0.2");
  auto second = busy.connect_from("127.0.0.2");
  const std::string light = framed("light");
  busy.write(second, light.substr(0, 6));
  busy.settle();
  busy.write(first, times(60, "heavy"));
  busy.until([&] { return busy.count("heavy") >= 2; });
  busy.write(second, light.substr(6));
  CHECK(busy.read(second, light.size()) == light);
  CHECK(busy.count("heavy") < 20);
  CHECK(busy.read(first, 60 * 9) == times(60, "heavy"));
}

TEST_CASE("who may go on between two batches does, though its address is in debt") {
  ClientServerOptions options;
  options.work_quantum_us = 100;
  ServerFixture fixture(options);
  auto first = fixture.connect_with_session();
  auto second = fixture.connect_with_session();
  fixture.throttled_connections = {ConnectionId{2}};
  fixture.write(second, framed("light"));
  fixture.settle();
  // Large answers are work, too, and nobody waits for a round because of it.
  for (int i = 0; i < 2; ++i) fixture.server->send(ConnectionId{1}, std::string(8 << 20, 'x'), false);
  fixture.throttled_connections.clear();
  fixture.server->resume_throttled();
  CHECK(fixture.read(second, 9) == framed("light"));
}

TEST_CASE("who is alone goes on without anything else happening") {
  Busy busy;
  auto client = busy.connect_from("127.0.0.2");
  busy.write(client, times(40, "heavy"));
  CHECK(busy.read(client, 40 * 9) == times(40, "heavy"));
}
