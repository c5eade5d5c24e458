// One client over several sessions.
#include "client/client_async.h"

#include <catch2/catch.hpp>

#include "fake_server.h"

#include <boost/asio/use_future.hpp>

namespace paddock::client {
namespace {

ClientOptions renewing() {
  ClientOptions options;
  options.renew_sessions = true;
  return options;
}

Answer ready(OpCode, std::string_view) {
  return {.body = jute::encoded(GetDataResponse{"data", Stat()})};
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("after an expired session the client goes on with a new one, and says so in order") {
  boost::asio::io_context io;
  FakeServer server(io, ready);
  Client client(io.get_executor(), {{server.address()}, ""}, renewing());
  Words told;
  const auto first =
      client.listen_state([&](const ConnectionState& state) { told.emplace_back(name_of(state)); });
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  server.forget_sessions(0x88);
  server.drop_connections();
  run_until(io, [&] { return client.session_id().value == 0x88; });
  run_until(io, [&] { return told.size() == 4; });
  CHECK(told == Words{"connected", "suspended", "lost", "connected"});
  CHECK_FALSE(client.ended());
  bool answered = false;
  client.get("/a", false, [&](const Outcome<NodeData>& node) { answered = node.value.data == "data"; });
  run_until(io, [&] { return answered; });
}

TEST_CASE("what is asked for when the end of the session is told waits for the next one") {
  boost::asio::io_context io;
  FakeServer server(io, ready);
  Client client(io.get_executor(), {{server.address()}, ""}, renewing());
  std::optional<ErrorCode> err;
  const auto ask = client.listen_state([&](const ConnectionState& state) {
    if (state != ConnectionState::lost) return;
    client.get("/a", false, [&](const Outcome<NodeData>& node) { err = node.err; });
  });
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  server.forget_sessions(0x88);
  server.drop_connections();
  run_until(io, [&] { return err.has_value(); });
  CHECK(*err == ErrorCode::ok);
  CHECK(client.session_id().value == 0x88);
}

TEST_CASE("without a server a session is lost when its time is over, and found again as a new one") {
  boost::asio::io_context io;
  auto server = std::make_unique<FakeServer>(io, ready);
  const HostPort address = server->address();
  ClientOptions options = renewing();
  options.session.timeout_ms = 200;
  Client client(io.get_executor(), {{address}, ""}, options);
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  server->stop();
  run_until(io, [&] { return client.connection_state() == ConnectionState::lost; });
  FakeServer other(io, ready);
  other.forget_sessions(0x88);
  client.set_servers({other.address()});
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  CHECK(client.session_id().value == 0x88);
}

TEST_CASE("a server that leaves the list is left") {
  boost::asio::io_context io;
  FakeServer first(io, ready), second(io, ready);
  Client client(io.get_executor(), {{first.address()}, ""});
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  client.set_servers({second.address()});
  run_until(io, [&] { return second.handshakes() == 1; });
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  CHECK(client.session_id().value == 0x77);  // the same session
}

TEST_CASE("listeners of one node hear of that node only, and only while they are subscribed") {
  boost::asio::io_context io;
  FakeServer server(io, ready);
  Client client(io.get_executor(), {{server.address()}, "/app"});
  Words told;
  auto a = client.listen_events("/a", [&](const Event&) { told.push_back("a"); });
  const auto b = client.listen_events("/b", [&](const Event&) { told.push_back("b"); });
  const auto all = client.listen_events([&](const Event& event) { told.push_back(event.path); });
  run_until(io, [&] { return client.connection_state() == ConnectionState::connected; });
  server.send_event(EventType::deleted, "/app/a");
  run_until(io, [&] { return told.size() == 2; });
  a.cancel();
  server.send_event(EventType::deleted, "/app/a");
  server.send_event(EventType::deleted, "/app/b");
  run_until(io, [&] { return told.size() == 5; });
  CHECK(told == Words{"/a", "a", "/a", "/b", "b"});
}

TEST_CASE("a call's limit completes it, whatever the server does later") {
  boost::asio::io_context io;
  FakeServer server(io, [](OpCode, std::string_view) { return Answer{.silent = true}; });
  AsyncClient client(io.get_executor(), {{server.address()}, ""});
  auto late = client.within_ms(50).async_get("/a", false, boost::asio::use_future);
  std::stop_source stop;
  auto stopped = client.under(Limits(Deadline::never(), stop.get_token()))
                     .async_get("/b", false, boost::asio::use_future);
  const auto ready_now = [](auto& future) {
    return future.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  run_until(io, [&] { return ready_now(late); });
  CHECK(late.get().err == ErrorCode::operation_timeout);
  CHECK_FALSE(ready_now(stopped));
  stop.request_stop();
  run_until(io, [&] { return ready_now(stopped); });
  CHECK(stopped.get().err == ErrorCode::operation_timeout);
}

}  // namespace paddock::client
