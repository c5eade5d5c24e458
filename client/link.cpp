#include "client/link.h"

#include <boost/asio/post.hpp>
#include <chrono>

#include "client/tcp_transport.h"

namespace paddock::client {
namespace {

Now clock_now() {
  using namespace std::chrono;
  return Now{Instant{duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count()},
             WallTime{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()}};
}

std::shared_ptr<Transport> make_transport(const boost::asio::any_io_executor& executor,
                                          const LinkOptions& options) {
  return options.transport ? options.transport(executor) : make_tcp_transport(executor);
}

}  // namespace

Link::Link(boost::asio::any_io_executor executor, std::vector<HostPort> hosts, const LinkOptions& options,
           uint64_t seed)
    : executor_(std::move(executor)),
      options_(options),
      session_(options.session),
      seed_(seed),
      hosts_(std::move(hosts), seed),
      transport_(make_transport(executor_, options_)),
      pause_(executor_),
      ticker_(executor_) {}

void Link::start(Handler handler) {
  handler_ = std::move(handler);
  next_host();
  tick();
}

void Link::stop() {
  stopped_ = true;
  handler_ = nullptr;
  transport_->close();
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
  under_way_ = attempting_ = true;
  deadline_ = clock_now().monotonic.plus_ms(options_.connect_timeout_ms);
  transport_->open(host_, listener());
}

// Weak: whoever drops the link wants nothing more of it.
Transport::Listener Link::listener() {
  Transport::Listener listener;
  const std::weak_ptr<Link> weak = weak_from_this();
  listener.opened = [weak] {
    if (const auto self = weak.lock()) self->opened();
  };
  listener.received = [weak](std::string_view bytes) {
    if (const auto self = weak.lock()) self->received(bytes);
  };
  listener.sent = [weak] {
    const auto self = weak.lock();
    if (!self) return;
    self->writing_ = false;
    self->write();
  };
  listener.failed = [weak](std::string_view reason) {
    if (const auto self = weak.lock()) self->lost(reason);
  };
  return listener;
}

void Link::opened() {
  session_.connected(clock_now(), host_.host);
  pump();
}

void Link::settle() {
  if (session_.state() != SessionState::connected) return;
  attempting_ = false;
  hosts_.succeeded();
}

// One at a time, for a KDC that is away takes long to be given up: of those that have to wait the newest is
// wanted, the others are of connections that are gone.
void Link::take_login_step() {
  if (auto step = session_.take_login_step()) waiting_step_ = std::move(step);
  if (step_under_way_ || !waiting_step_) return;
  step_under_way_ = true;
  if (!login_thread_) login_thread_ = std::make_unique<boost::asio::thread_pool>(1);
  const std::weak_ptr<Link> weak = weak_from_this();
  boost::asio::post(*login_thread_, [weak, executor = executor_, step = std::move(*waiting_step_)] {
    boost::asio::post(executor, [weak, number = step.number, token = step.take()] {
      if (const auto self = weak.lock()) self->login_stepped(number, token);
    });
  });
  waiting_step_.reset();
}

void Link::login_stepped(uint64_t number, const Result<LoginToken>& token) {
  step_under_way_ = false;
  if (stopped_) return;
  session_.login_stepped(number, token, clock_now());
  settle();
  pump();
}

void Link::received(std::string_view bytes) {
  const bool sound = session_.received(bytes, clock_now());
  if (!sound && session_.login_fault().empty()) return lost("broke the protocol");
  settle();
  pump();
}

void Link::write() {
  if (writing_ || !session_.has_output()) return;
  writing_ = true;
  transport_->send(session_.take_output());
}

void Link::lost(std::string_view reason) {
  last_error_ = fmt::format("{}: {}", to_string(host_), reason);
  under_way_ = attempting_ = writing_ = false;
  transport_->close();
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

void Link::set_hosts(std::vector<HostPort> hosts) {
  const bool stays = std::find(hosts.begin(), hosts.end(), host_) != hosts.end();
  hosts_ = HostCycle(std::move(hosts), ++seed_);
  if (!stays && under_way_) lost("is no longer in the list of servers");
}

void Link::pump() {
  write();
  take_login_step();
  const bool renewed = tell_events();
  if (stopped_ || !session_.wants_disconnect()) return;
  if (under_way_) {
    lost(reason_of_end(renewed));
  } else {
    session_.disconnected(clock_now());
  }
}

std::string Link::reason_of_end(bool renewed) const {
  const std::string& fault = session_.login_fault();
  if (!fault.empty()) return "no login: " + fault;
  return renewed || has_ended() ? "the session has ended" : "has been silent for too long";
}

bool Link::tell_events() {
  auto events = session_.take_events();
  // Before the handler hears of the end: what it asks for then is for the new session.
  const bool renewed =
      options_.renew_sessions && session_.state() == SessionState::expired && !session_.closing();
  if (renewed) session_.renew();
  // The handler may stop this link, or wake it with more.
  for (SessionEvent& event : events) {
    if (stopped_) break;
    handler_(event);
  }
  return renewed;
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
