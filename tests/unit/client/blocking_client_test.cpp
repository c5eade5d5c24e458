#include "client/blocking_client.h"

#include <catch2/catch.hpp>

#include "fake_server.h"

namespace paddock::client {
namespace {

// A fake server on a thread of its own: the test's is the one that waits.
struct ServedElsewhere {
  explicit ServedElsewhere(FakeServer::Script script) : server(io, std::move(script)) {
    address = {{server.address()}, ""};
    thread = std::thread([this] { io.run(); });
  }
  ~ServedElsewhere() {
    io.stop();
    thread.join();
  }
  boost::asio::io_context io;
  FakeServer server;
  ConnectString address;
  std::thread thread;
};

Answer versioned(OpCode type, std::string_view) {
  if (type != OpCode::get_data) return {.silent = type == OpCode::sync};
  Stat stat;
  stat.version = 3;
  return {.body = jute::encoded(GetDataResponse{"data", stat})};
}

}  // namespace

TEST_CASE("a blocking call waits for the session and for its outcome") {
  ServedElsewhere served(versioned);
  BlockingClient zk(served.address);
  const Outcome<NodeData> node = zk.get("/a");
  CHECK(node.value.data == "data");
  CHECK(node.value.stat.version == 3);
  CHECK(zk.wait_connected(Deadline::in_ms(10000)));
}

TEST_CASE("a blocking call from a callback is refused instead of waiting for itself") {
  ServedElsewhere served(versioned);
  BlockingClient zk(served.address);
  const Outcome<Nothing> inner = zk.run([&]() -> Async<Outcome<Nothing>> {
    const Outcome<NodeData> node = zk.get("/a");
    co_return Outcome<Nothing>{node.err, {}};
  });
  CHECK(inner.err == ErrorCode::invalid_callback);
}

TEST_CASE("a deadline ends the wait for an answer, and a stop token does, from another thread") {
  ServedElsewhere served(versioned);
  BlockingClient zk(served.address);
  CHECK(zk.sync("/", Deadline::in_ms(50)).err == ErrorCode::operation_timeout);
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  CHECK(zk.sync("/", Limits(Deadline::never(), stop.get_token())).err == ErrorCode::operation_timeout);
  stopper.join();
  CHECK(zk.sync("/", Limits(Deadline::never(), stop.get_token())).err == ErrorCode::operation_timeout);
}

TEST_CASE("a client that never finds a server is given up") {
  BlockingClient zk({{{"127.0.0.1", 1}}, ""});
  CHECK(zk.wait_connected(Deadline::in_ms(50)).err == ErrorCode::operation_timeout);
}

}  // namespace paddock::client
