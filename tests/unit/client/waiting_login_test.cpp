// Logins that wait for others, on a thread of the client's own.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "client/client_async.h"
#include "fake_server.h"

namespace paddock::client {
namespace {

// What the mechanism's thread and the test's have in common.
struct Kdc {
  std::atomic<bool> away = false;     // it answers nothing, until it is back
  std::atomic<bool> refuses = false;  // it gives no ticket
  std::atomic<int> asked = 0;
  std::atomic<std::thread::id> last_thread;
};

// Two tokens, as long as the KDC gives a ticket.
class Ticket : public sasl::Initiator {
 public:
  explicit Ticket(Kdc& kdc) : kdc_(kdc) {}
  Result<std::string> begin() override {
    kdc_.last_thread = std::this_thread::get_id();
    ++kdc_.asked;
    kdc_.away.wait(true);
    if (kdc_.refuses) return make_fault("no ticket for you");
    return std::string("ticket");
  }
  Result<std::optional<std::string>> step(std::string_view) override {
    complete_ = true;
    return std::optional<std::string>("last");
  }
  bool is_complete() const override { return complete_; }
  bool blocks() const override { return true; }

 private:
  Kdc& kdc_;
  bool complete_ = false;
};

ClientOptions logs_in(Kdc& kdc) {
  ClientOptions options;
  options.session.login = [&kdc](const std::string&) { return std::make_unique<Ticket>(kdc); };
  return options;
}

Answer agree(OpCode type, std::string_view) {
  if (type != OpCode::sasl) return {.err = ErrorCode::no_node};
  SaslToken token;
  token.token = "challenge";
  return {.body = jute::encoded(token)};
}

void come_back(Kdc& kdc) {
  kdc.away = false;
  kdc.away.notify_all();
}

}  // namespace

TEST_CASE("a mechanism that waits does so on another thread, and then the client is connected") {
  boost::asio::io_context io;
  Kdc kdc;
  FakeServer server(io, agree);
  Client client(io.get_executor(), {{server.address()}, ""}, logs_in(kdc));
  ErrorCode err = ErrorCode::ok;
  client.exists("/a", false, [&](const Outcome<Stat>& stat) { err = stat.err; });
  run_until(io, [&] { return err != ErrorCode::ok; });
  CHECK(err == ErrorCode::no_node);
  CHECK(server.seen() == std::vector<OpCode>{OpCode::sasl, OpCode::sasl, OpCode::exists});
  CHECK(kdc.last_thread.load() != std::this_thread::get_id());
}

TEST_CASE("while there is no ticket the client says why, and goes on to try") {
  boost::asio::io_context io;
  Kdc kdc;
  kdc.refuses = true;
  FakeServer server(io, agree);
  Client client(io.get_executor(), {{server.address()}, ""}, logs_in(kdc));
  run_until(io, [&] { return kdc.asked >= 2 && !client.last_error().empty(); });
  CHECK(client.last_error() == to_string(server.address()) + ": no login: no ticket for you");
  kdc.refuses = false;
  run_until(io, [&] { return client.state() == SessionState::connected; });
}

TEST_CASE("connections that are given up while a KDC is away do not queue up behind it") {
  boost::asio::io_context io;
  Kdc kdc;
  kdc.away = true;
  FakeServer server(io, agree);
  ClientOptions options = logs_in(kdc);
  options.connect_timeout_ms = 50;
  Client client(io.get_executor(), {{server.address()}, ""}, options);
  run_until(io, [&] { return server.handshakes() == 5; });
  CHECK(kdc.asked == 1);
  come_back(kdc);
  run_until(io, [&] { return client.state() == SessionState::connected; });
}

TEST_CASE("a client may go while its login waits") {
  boost::asio::io_context io;
  Kdc kdc;
  kdc.away = true;
  FakeServer server(io, agree);
  std::thread returns;
  {
    const Client client(io.get_executor(), {{server.address()}, ""}, logs_in(kdc));
    run_until(io, [&] { return kdc.asked == 1; });
    returns = std::thread([&] { come_back(kdc); });
  }
  returns.join();
  io.poll();
  CHECK(kdc.asked == 1);
}

}  // namespace paddock::client
