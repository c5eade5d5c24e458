#include "client/client.h"

#include <catch2/catch.hpp>

#include "client/client_async.h"
#include "fake_server.h"
#include "protocol/client/multi.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace paddock::client {
namespace {

Stat stat_of_version(int32_t version) {
  Stat stat;
  stat.version = version;
  return stat;
}

// Answers every read with the path it was asked for, so a test sees what reached the server.
Answer echo(OpCode type, std::string_view body) {
  switch (type) {
    case OpCode::get_data:
      return {.body = jute::encoded(
                  GetDataResponse{jute::decoded<PathWatchRequest>(body)->path, stat_of_version(3)})};
    case OpCode::create2:
      return {.body = jute::encoded(Create2Response{jute::decoded<CreateRequest>(body)->path, {}})};
    case OpCode::exists:
      return {.err = ErrorCode::no_node};
    default:
      return {};
  }
}

ConnectString servers(const std::vector<HostPort>& hosts, std::string chroot = "") {
  return {hosts, std::move(chroot)};
}

}  // namespace

TEST_CASE("operations complete in order, with the decoded value or the server's error") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  Client client(io.get_executor(), servers({server.address()}));
  std::vector<std::string> told;
  client.get("/a", false, [&](Outcome<NodeData> node) {
    told.push_back(node.value.data + " v" + std::to_string(node.value.stat.version));
  });
  client.exists("/b", false, [&](const Outcome<Stat>& stat) { told.emplace_back(name_of(stat.err)); });
  client.create("/c", "x", {}, [&](const Outcome<Created>& created) { told.push_back(created.value.path); });
  CHECK(told.empty());
  run_until(io, [&] { return told.size() == 3; });
  CHECK(told == std::vector<std::string>{"/a v3", "NoNode", "/c"});
  CHECK(client.state() == SessionState::connected);
  CHECK(client.session_id().value == 0x77);
}

TEST_CASE("null data is told from empty data on the wire") {
  std::vector<bool> nulls;
  const auto listen = [&nulls](OpCode type, std::string_view body) {
    if (type == OpCode::create2) nulls.push_back(jute::decoded<CreateRequest>(body)->data.is_null());
    if (type == OpCode::create_ttl) nulls.push_back(jute::decoded<CreateTtlRequest>(body)->data.is_null());
    if (type == OpCode::set_data) nulls.push_back(jute::decoded<SetDataRequest>(body)->data.is_null());
    if (type == OpCode::multi) {
      jute::Reader reader(body);
      std::vector<MultiOp> ops;
      REQUIRE(decode_multi(reader, ops));
      for (const MultiOp& op : ops) nulls.push_back(std::get<CreateRequest>(op.body).data.is_null());
    }
    return Answer{.silent = true};
  };
  boost::asio::io_context io;
  FakeServer server(io, listen);
  Client client(io.get_executor(), servers({server.address()}));
  const auto ignore = [](const auto&) {};
  CreateOptions with_ttl(CreateMode::persistent_ttl);
  with_ttl.ttl_ms = 1;
  client.create("/a", std::nullopt, {}, ignore);
  client.create("/a", "", {}, ignore);
  client.create("/a", std::nullopt, with_ttl, ignore);
  client.set("/a", "", -1, ignore);
  client.set("/a", std::nullopt, -1, ignore);
  Transaction both;
  both.create("/a", std::nullopt);
  both.create("/a", "");
  client.multi(both.ops(), ignore);
  run_until(io, [&] { return nulls.size() == 7; });
  CHECK(nulls == std::vector<bool>{true, false, true, false, true, true, false});
}

TEST_CASE("a chroot goes in front of every path and comes off every answer and event") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  Client client(io.get_executor(), servers({server.address()}, "/app/one"));
  std::vector<std::string> told;
  client.on_event([&](const Event& event) { told.push_back("event " + event.path); });
  client.get("/a", true, [&](const Outcome<NodeData>& node) { told.push_back(node.value.data); });
  client.get("/", true, [&](const Outcome<NodeData>& node) { told.push_back(node.value.data); });
  client.create("/c", "x", {}, [&](const Outcome<Created>& created) { told.push_back(created.value.path); });
  run_until(io, [&] { return told.size() == 3; });
  server.send_event(EventType::deleted, "/app/one/a");
  server.send_event(EventType::deleted, "/app/one");
  run_until(io, [&] { return told.size() == 5; });
  CHECK(told == std::vector<std::string>{"/app/one/a", "/app/one", "/c", "event /a", "event /"});
}

TEST_CASE("a path that does not begin with a slash never reaches the server") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  Client client(io.get_executor(), servers({server.address()}, "/app"));
  ErrorCode err = ErrorCode::ok;
  client.get("le", false, [&](const Outcome<NodeData>& node) { err = node.err; });
  CHECK(err == ErrorCode::ok);
  run_until(io, [&] { return err != ErrorCode::ok; });
  CHECK(err == ErrorCode::bad_arguments);
  CHECK(server.seen().empty());
}

TEST_CASE("what was sent when the connection breaks is lost; the session goes on at the next server") {
  boost::asio::io_context io;
  FakeServer mute(io, [](OpCode, std::string_view) { return Answer{.silent = true}; });
  FakeServer other(io, echo);
  std::vector<SessionState> states;
  ErrorCode first = ErrorCode::ok;
  std::string second;
  {
    // One address only, so that the first connection is known to be the mute one.
    Client client(io.get_executor(), servers({mute.address()}));
    client.on_state([&](SessionState state) { states.push_back(state); });
    client.get("/a", false, [&](const Outcome<NodeData>& node) { first = node.err; });
    run_until(io, [&] { return !mute.seen().empty(); });
    mute.drop_connections();
    run_until(io, [&] { return first != ErrorCode::ok && mute.handshakes() == 2; });
  }
  CHECK(first == ErrorCode::connection_loss);
  using S = SessionState;
  REQUIRE(states.size() >= 3);
  CHECK(std::vector<S>(states.begin(), states.begin() + 3) ==
        std::vector<S>{S::connecting, S::connected, S::disconnected});
}

TEST_CASE("a client goes round its servers until one takes it") {
  boost::asio::io_context io;
  // Two ports that refuse: bound a moment ago, free now.
  std::vector<HostPort> hosts;
  for (int i = 0; i < 2; ++i) hosts.push_back(FakeServer(io, echo).address());
  FakeServer server(io, echo);
  hosts.push_back(server.address());
  Client client(io.get_executor(), servers(hosts));
  bool done = false;
  client.get("/a", false, [&](const Outcome<NodeData>& node) { done = node.value.data == "/a"; });
  run_until(io, [&] { return done; });
  CHECK(server.handshakes() == 1);
}

TEST_CASE("a server that does not take the session in time is left for the next") {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor deaf(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  ClientOptions options;
  options.connect_timeout_ms = 50;
  Client client(io.get_executor(), servers({{"127.0.0.1", deaf.local_endpoint().port()}}), options);
  run_until(io, [&] { return client.last_error().find("no session within 50 ms") != std::string::npos; });
  CHECK(client.last_error().starts_with("127.0.0.1:"));
}

TEST_CASE("IPv6 addresses and names are connected to") {
  boost::asio::io_context io;
  FakeServer v4(io, echo);
  bool done = false;
  Client by_name(io.get_executor(), servers({{"localhost", v4.address().port}}));
  by_name.get("/a", false, [&](const Outcome<NodeData>& node) { done = node.err == ErrorCode::ok; });
  run_until(io, [&] { return done; });

  boost::system::error_code no_ipv6;
  boost::asio::ip::tcp::acceptor probe(io);
  probe.open(boost::asio::ip::tcp::v6(), no_ipv6);
  if (!no_ipv6) probe.bind({boost::asio::ip::make_address("::1"), 0}, no_ipv6);
  if (no_ipv6) return;  // a machine without IPv6
  probe.close();
  FakeServer v6(io, echo, "::1");
  done = false;
  Client client(io.get_executor(), parse_connect_string(fmt::format("[::1]:{}", v6.address().port)).value());
  client.get("/a", false, [&](const Outcome<NodeData>& node) { done = node.err == ErrorCode::ok; });
  run_until(io, [&] { return done; });
}

TEST_CASE("expiry fails what is queued and what comes later, and nothing connects any more") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  Client client(io.get_executor(), servers({server.address()}));
  run_until(io, [&] { return client.state() == SessionState::connected; });
  server.expire_sessions();
  server.drop_connections();
  run_until(io, [&] { return client.state() == SessionState::expired; });
  ErrorCode err = ErrorCode::ok;
  client.get("/a", false, [&](const Outcome<NodeData>& node) { err = node.err; });
  run_until(io, [&] { return err != ErrorCode::ok; });
  CHECK(err == ErrorCode::session_expired);
  CHECK(server.handshakes() == 2);
  server.stop();
  io.restart();
  io.run();  // ends: the client holds no timer and no connection any more
}

TEST_CASE("close ends the session with a word to the server") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  Client client(io.get_executor(), servers({server.address()}));
  bool closed = false;
  run_until(io, [&] { return client.state() == SessionState::connected; });
  client.close([&](const Outcome<Nothing>& outcome) { closed = outcome.err == ErrorCode::ok; });
  run_until(io, [&] { return closed; });
  CHECK(server.seen() == std::vector<OpCode>{OpCode::close_session});
  ErrorCode again = ErrorCode::ok;
  client.close([&](const Outcome<Nothing>& outcome) { again = outcome.err; });
  run_until(io, [&] { return again != ErrorCode::ok; });
  CHECK(again == ErrorCode::session_expired);
}

TEST_CASE(
    "a client that is destroyed completes what is outstanding through the executor, also from a callback") {
  boost::asio::io_context io;
  FakeServer server(io,
                    [](OpCode type, std::string_view) { return Answer{.silent = type == OpCode::get_data}; });
  auto client = std::make_unique<Client>(io.get_executor(), servers({server.address()}));
  ErrorCode err = ErrorCode::ok;
  client->get("/a", false, [&](const Outcome<NodeData>& node) { err = node.err; });
  client->on_state([&](SessionState state) {
    if (state == SessionState::connected) client.reset();
  });
  run_until(io, [&] { return !client; });
  run_until(io, [&] { return err != ErrorCode::ok; });
  CHECK(err == ErrorCode::connection_loss);
}

TEST_CASE("a transaction's error is that of the operation at fault, and every operation has its result") {
  boost::asio::io_context io;
  bool refuse = false;
  std::vector<std::string> paths;
  FakeServer server(io, [&](OpCode type, std::string_view body) {
    REQUIRE(type == OpCode::multi);
    jute::Reader reader(body);
    std::vector<MultiOp> ops;
    REQUIRE(decode_multi(reader, ops));
    REQUIRE(ops.size() == 2);
    paths.push_back(std::get<CreateRequest>(ops[0].body).path.str());
    paths.push_back(std::get<DeleteRequest>(ops[1].body).path.str());
    std::vector<MultiResult> results;
    if (refuse) {
      results = {{OpCode::error, ErrorResponse{0}}, {OpCode::error, ErrorResponse{-111}}};
    } else {
      results = {{OpCode::create, CreateResponse{"/app/a0000000001"}}, {OpCode::remove, {}}};
    }
    Answer answer;
    jute::Writer writer(answer.body);
    encode_multi_results(writer, results);
    return answer;
  });
  Client client(io.get_executor(), servers({server.address()}, "/app"));
  std::vector<TxnOp> ops(2);
  ops[0] = {OpCode::create, "/a", "x", -1, {}};
  ops[1] = {OpCode::remove, "/b", "", 4, {}};
  Outcome<std::vector<TxnResult>> outcome;
  bool done = false;
  const auto keep = [&](Outcome<std::vector<TxnResult>> result) {
    outcome = std::move(result);
    done = true;
  };
  client.multi(ops, keep);
  run_until(io, [&] { return done; });
  CHECK(paths == std::vector<std::string>{"/app/a", "/app/b"});
  CHECK(outcome.err == ErrorCode::ok);
  CHECK(outcome.value.at(0).path == "/a0000000001");

  refuse = true;
  done = false;
  client.multi(ops, keep);
  run_until(io, [&] { return done; });
  CHECK(outcome.err == ErrorCode::not_empty);
  CHECK(outcome.value.at(0).err == ErrorCode::ok);
  CHECK(outcome.value.at(1).err == ErrorCode::not_empty);
}

TEST_CASE("a malformed answer is told as such") {
  boost::asio::io_context io;
  FakeServer server(io, [](OpCode, std::string_view) { return Answer{.body = "short"}; });
  Client client(io.get_executor(), servers({server.address()}));
  ErrorCode err = ErrorCode::ok;
  client.get("/a", false, [&](const Outcome<NodeData>& node) { err = node.err; });
  run_until(io, [&] { return err != ErrorCode::ok; });
  CHECK(err == ErrorCode::marshalling_error);
}

TEST_CASE("the same operations are awaited, and take other completion tokens") {
  boost::asio::io_context io;
  FakeServer server(io, echo);
  AsyncClient client(io.get_executor(), servers({server.address()}));
  std::vector<std::string> told;
  const auto story = [&]() -> boost::asio::awaitable<void> {
    const auto created = co_await client.async_create("/a", "x", {}, boost::asio::use_awaitable);
    told.push_back(created.value.path);
    const auto node = co_await client.async_get("/a", false, boost::asio::use_awaitable);
    told.push_back(node.value.data);
    const auto missing = co_await client.async_exists("/b", false, boost::asio::use_awaitable);
    told.emplace_back(name_of(missing.err));
  };
  boost::asio::co_spawn(io, story, boost::asio::detached);
  run_until(io, [&] { return told.size() == 3; });
  CHECK(told == std::vector<std::string>{"/a", "/a", "NoNode"});

  auto future = client.async_get("/f", false, boost::asio::use_future);
  run_until(io, [&] { return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
  CHECK(future.get().value.data == "/f");
}

}  // namespace paddock::client
