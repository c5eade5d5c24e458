#include "client/shell/connection.h"

namespace paddock::client::shell {
namespace {

std::string joined(const ConnectString& servers) {
  std::string text;
  for (const HostPort& host : servers.hosts) text += (text.empty() ? "" : ",") + to_string(host);
  return text + servers.chroot;
}

bool is_end(SessionState state) {
  return state == SessionState::expired || state == SessionState::auth_failed ||
         state == SessionState::closed;
}

constexpr auto kGoodbye = std::chrono::seconds(2);
constexpr auto kLookAgain = std::chrono::milliseconds(100);

}  // namespace

Connection::Connection(const ConnectString& servers, const ConnectionOptions& options, OnEvent on_event)
    : servers_text_(joined(servers)), options_(options) {
  ClientOptions client_options;
  client_options.session.timeout_ms = options.session_timeout_ms;
  client_options.session.read_only = options.read_only;
  client_ = std::make_unique<Client>(io_.get_executor(), servers, client_options);
  client_->on_event(std::move(on_event));
  client_->on_state([this](SessionState state) { on_state(state); });
  thread_ = std::thread([this] { io_.run(); });
}

Connection::~Connection() {
  {
    std::unique_lock lock(lock_);
    if (state_ == SessionState::connected) {
      boost::asio::post(io_, [this] { client_->close([](const Outcome<Nothing>&) {}); });
      changed_.wait_for(lock, kGoodbye, [this] { return state_ != SessionState::connected; });
    }
  }
  io_.stop();
  thread_.join();
}

void Connection::on_state(SessionState state) {
  const std::scoped_lock guard(lock_);
  if (state_ == SessionState::connected) without_server_since_ = Clock::now();
  state_ = state;
  changed_.notify_all();
}

bool Connection::wait(std::unique_lock<std::mutex>& lock, const std::function<bool()>& done) {
  const auto patience = std::chrono::milliseconds(options_.connect_timeout_ms);
  while (!done()) {
    if (state_ != SessionState::connected && !is_end(state_) &&
        Clock::now() >= without_server_since_ + patience) {
      given_up_ = true;
      return false;
    }
    changed_.wait_for(lock, kLookAgain);
  }
  return true;
}

bool Connection::wait_until(const std::function<bool()>& done) {
  std::unique_lock lock(lock_);
  return wait(lock, [&] { return done() || is_end(state_); }) && done();
}

Status Connection::wait_connected() {
  std::unique_lock lock(lock_);
  wait(lock, [&] { return state_ == SessionState::connected || is_end(state_); });
  if (state_ == SessionState::connected) return ok_status();
  if (is_end(state_)) return make_fault("{} ended the session", servers_text_);
  std::string reason;
  bool told = false;
  boost::asio::post(io_, [&] {
    const std::string last = client_->last_error();
    const std::scoped_lock guard(lock_);
    reason = last;
    told = true;
    changed_.notify_all();
  });
  changed_.wait(lock, [&] { return told; });
  return make_fault("cannot connect to {} within {} s{}{}", servers_text_,
                    options_.connect_timeout_ms / 1000.0, reason.empty() ? "" : "; last: ", reason);
}

SessionState Connection::state() const {
  const std::scoped_lock guard(lock_);
  return state_;
}

bool Connection::ended() const {
  const std::scoped_lock guard(lock_);
  return given_up_ || is_end(state_);
}

}  // namespace paddock::client::shell
