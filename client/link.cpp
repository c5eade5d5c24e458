#include "client/link.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <chrono>

namespace paddock::client {
namespace {

Now clock_now() {
  using namespace std::chrono;
  return Now{Instant{duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count()},
             WallTime{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()}};
}

}  // namespace

Link::Link(boost::asio::any_io_executor executor, std::vector<HostPort> hosts, const LinkOptions& options,
           uint64_t seed)
    : executor_(std::move(executor)),
      options_(options),
      session_(options.session),
      hosts_(std::move(hosts), seed),
      resolver_(executor_),
      socket_(executor_),
      pause_(executor_),
      ticker_(executor_) {}

void Link::start(Handler handler) {
  handler_ = std::move(handler);
  next_host();
  tick();
}

void Link::stop() {
  stopped_ = true;
  ++attempt_;
  handler_ = nullptr;
  Error ignored;
  socket_.close(ignored);
  resolver_.cancel();
  pause_.cancel();
  ticker_.cancel();
}

void Link::next_host() {
  const HostCycle::Turn turn = hosts_.next();
  host_ = turn.host;
  pause_.expires_after(std::chrono::milliseconds(turn.pause_ms));
  pause_.async_wait([self = shared_from_this()](Error err) {
    if (!err && !self->stopped_) self->begin_attempt();
  });
}

void Link::begin_attempt() {
  attempting_ = true;
  deadline_ = clock_now().monotonic.plus_ms(options_.connect_timeout_ms);
  Error not_numeric;
  const auto address = boost::asio::ip::make_address(host_.host, not_numeric);
  if (!not_numeric) return connect({Tcp::endpoint(address, host_.port)});
  resolver_.async_resolve(
      host_.host, std::to_string(host_.port),
      [self = shared_from_this(), attempt = attempt_](Error err, const Tcp::resolver::results_type& results) {
        if (attempt != self->attempt_) return;
        if (err) return self->lost("cannot resolve the name: " + err.message());
        self->connect(std::vector<Tcp::endpoint>(results.begin(), results.end()));
      });
}

void Link::connect(std::vector<Tcp::endpoint> endpoints) {
  socket_ = Tcp::socket(executor_);
  boost::asio::async_connect(
      socket_, std::move(endpoints),
      [self = shared_from_this(), attempt = attempt_](Error err, const Tcp::endpoint&) {
        if (attempt != self->attempt_) return;
        if (err) return self->lost(err.message());
        self->opened();
      });
}

void Link::opened() {
  Error ignored;
  socket_.set_option(Tcp::no_delay(true), ignored);
  session_.connected(clock_now());
  read();
  pump();
}

void Link::read() {
  socket_.async_read_some(
      boost::asio::buffer(input_), [self = shared_from_this(), attempt = attempt_](Error err, size_t size) {
        if (attempt != self->attempt_) return;
        if (err) return self->lost(err == boost::asio::error::eof ? "closed the connection" : err.message());
        if (!self->session_.received(std::string_view(self->input_.data(), size), clock_now())) {
          return self->lost("broke the protocol");
        }
        if (self->session_.state() == SessionState::connected) {
          self->attempting_ = false;
          self->hosts_.succeeded();
        }
        self->pump();
        if (attempt == self->attempt_) self->read();
      });
}

void Link::write() {
  if (!writing_.empty() || !session_.has_output() || !socket_.is_open()) return;
  writing_ = session_.take_output();
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this(), attempt = attempt_](Error err, size_t) {
                             if (attempt != self->attempt_) return;
                             self->writing_.clear();
                             if (err) return self->lost(err.message());
                             self->write();
                           });
}

void Link::lost(std::string_view reason) {
  last_error_ = fmt::format("{}: {}", to_string(host_), reason);
  ++attempt_;
  attempting_ = false;
  writing_.clear();
  Error ignored;
  socket_.close(ignored);
  resolver_.cancel();
  session_.disconnected(clock_now());
  tell_events();
  // A session that has ended wants no connection any more.
  if (!stopped_ && !has_ended()) next_host();
}

bool Link::has_ended() const {
  const SessionState state = session_.state();
  return state == SessionState::expired || state == SessionState::auth_failed ||
         state == SessionState::closed;
}

void Link::wake() {
  if (std::exchange(wake_posted_, true)) return;
  boost::asio::post(executor_, [self = shared_from_this()] {
    self->wake_posted_ = false;
    if (!self->stopped_) self->pump();
  });
}

void Link::close() {
  session_.close(clock_now());
  wake();
}

void Link::pump() {
  write();
  tell_events();
  if (stopped_ || !session_.wants_disconnect() || !socket_.is_open()) return;
  lost(has_ended() ? "the session has ended" : "has been silent for too long");
}

void Link::tell_events() {
  // The handler may stop this link, or wake it with more.
  for (SessionEvent& event : session_.take_events()) {
    if (stopped_) return;
    handler_(event);
  }
}

void Link::tick() {
  const Now now = clock_now();
  session_.tick(now);
  if (attempting_ && now.monotonic >= deadline_) {
    lost(fmt::format("no session within {} ms", options_.connect_timeout_ms));
  } else {
    pump();
  }
  if (stopped_ || has_ended()) return;
  const int64_t period_ms = std::clamp<int64_t>(session_.negotiated_timeout_ms() / 12, 10, 500);
  ticker_.expires_after(std::chrono::milliseconds(period_ms));
  ticker_.async_wait([self = shared_from_this()](Error err) {
    if (!err && !self->stopped_) self->tick();
  });
}

}  // namespace paddock::client
