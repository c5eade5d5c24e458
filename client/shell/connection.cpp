#include "client/shell/connection.h"

#include <boost/asio/post.hpp>

#include "client/shell/interrupt.h"

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
  client_options.session.login = options.login;
  client_options.transport = options.transport;
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
    const bool unconnected = state_ != SessionState::connected && !is_end(state_);
    const bool out_of_patience = unconnected && Clock::now() >= without_server_since_ + patience;
    if (out_of_patience || interrupt::requested()) {
      // What was not sent yet must not be sent when nobody waits for it any more.
      given_up_ = given_up_ || unconnected;
      return false;
    }
    changed_.wait_for(lock, kLookAgain);
  }
  return true;
}

ExitCode Connection::why_unconnected() const {
  return state() == SessionState::auth_failed ? ExitCode::not_permitted : ExitCode::unreachable;
}

bool Connection::wait_until(const std::function<bool()>& done) {
  std::unique_lock lock(lock_);
  return wait(lock, [&] { return done() || is_end(state_); }) && done();
}

Status Connection::wait_connected() {
  std::unique_lock lock(lock_);
  wait(lock, [&] { return state_ == SessionState::connected || is_end(state_); });
  if (state_ == SessionState::connected) return ok_status();
  if (state_ == SessionState::auth_failed) return make_fault("{} refused the login", servers_text_);
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

bool Connection::run_each(size_t count, StartOne start) {
  // What it holds is often as large as the whole batch of batches.
  const auto shared = std::make_shared<StartOne>(std::move(start));
  for (size_t begin = 0; begin < count; begin += kBatch) {
    if (!run_batch(begin, std::min(begin + kBatch, count), shared)) return false;
  }
  return true;
}

bool Connection::run_batch(size_t begin, size_t end, const std::shared_ptr<StartOne>& start) {
  const auto missing = std::make_shared<size_t>(end - begin);
  const Answered answered = [this, missing](const std::function<void()>& store) {
    const std::scoped_lock guard(lock_);
    store();
    if (--*missing == 0) changed_.notify_all();
  };
  std::unique_lock lock(lock_);
  boost::asio::post(io_, [this, begin, end, start, answered] {
    for (size_t i = begin; i < end; ++i) (*start)(*client_, i, answered);
  });
  return wait(lock, [&] { return *missing == 0; });
}

Outcome<NodeData> Connection::get(const std::string& path, bool watch) {
  return call<NodeData>(
      [=](Client& client, Callback<NodeData> done) { client.get(path, watch, std::move(done)); });
}

Outcome<Stat> Connection::exists(const std::string& path, bool watch) {
  return call<Stat>(
      [=](Client& client, Callback<Stat> done) { client.exists(path, watch, std::move(done)); });
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
