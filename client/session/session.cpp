#include "client/session/session.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "client/session/credentials.h"
#include "client/session/frames.h"
#include "client/session/keepalive.h"
#include "client/session/login.h"
#include "client/session/outstanding.h"
#include "client/session/watch_registry.h"
#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "protocol/jute/frame_splitter.h"

namespace paddock::client {

struct Session::Impl {
  explicit Impl(const SessionOptions& given)
      : options(given),
        id(given.resumed.id),
        password(given.resumed.password),
        negotiated_timeout_ms(given.timeout_ms),
        last_zxid(given.resumed.last_zxid),
        login(given.login),
        in(given.max_frame) {}

  // Fixed at construction
  const SessionOptions options;

  // The session: survives a connection
  SessionState state = SessionState::disconnected;
  SessionId id;
  std::string password;
  int32_t negotiated_timeout_ms;
  Zxid last_zxid;
  bool of_read_only_server = false;
  bool closing = false;
  Outstanding outstanding;
  Credentials credentials;
  WatchRegistry watches;
  Login login;

  // The connection
  std::string host;
  jute::FrameSplitter in;
  std::string out;
  Keepalive keepalive;
  Instant handshake_sent;
  std::optional<Instant> ping_sent;
  bool broken = false;

  // The newest time we were told: a lower bound of when a request went out, so a ping may be early, never
  // late.
  Instant now;
  std::vector<SessionEvent> events;

  bool must_have_expired() const {
    return options.expires_locally && id.value != 0 && state != SessionState::connected &&
           keepalive.expired(now);
  }
  bool ended() const {
    return state == SessionState::expired || state == SessionState::auth_failed ||
           state == SessionState::closed;
  }
  void enter(SessionState next) {
    state = next;
    events.emplace_back(std::in_place_type<StateChanged>, StateChanged{next});
  }
  void reply(uint64_t tag, OpCode type, ErrorCode err) {
    events.push_back(Replied{tag, type, err, Zxid{0}, {}});
  }
  void fail(const std::deque<Request>& requests, ErrorCode err) {
    for (const Request& request : requests) {
      if (request.type != OpCode::close_session) reply(request.tag, request.type, err);
    }
  }
  void end(SessionState last, ErrorCode err);
  void send();
  void open_connection(std::string to);
  bool on_frame(std::string_view frame);
  bool on_connect_response(std::string_view frame);
  void pass_login(Login::Progress progress);
  void establish();
  bool on_login_answer(std::string_view frame);
  bool on_reply(std::string_view frame);
  bool on_notification(jute::Reader& reader, Zxid zxid);
  bool on_auth_reply(ErrorCode err);
  bool on_answer(const ReplyHeader& header, std::string_view body);
};

namespace {

// What a submitted removeWatches takes out of the registry when it succeeds.
void note_removal(Request& request) {
  if (request.type != OpCode::remove_watches) return;
  const auto record = jute::decoded<PathTypeRequest>(request.body);
  if (!record) return;
  request.removes = static_cast<WatcherType>(record->type);
  request.watch_path = record->path.str();
}

ErrorCode refusal_in(SessionState state) {
  return state == SessionState::auth_failed ? ErrorCode::auth_failed : ErrorCode::session_expired;
}

}  // namespace

void Session::Impl::end(SessionState last, ErrorCode err) {
  out.clear();
  enter(last);
  fail(outstanding.take_all(), err);
  for (const uint64_t tag : credentials.take_unanswered()) reply(tag, OpCode::auth, err);
}

void Session::Impl::send() {
  if (state != SessionState::connected) return;
  const size_t before = out.size();
  credentials.send_new(out);
  outstanding.send_waiting(out, now);
  if (out.size() != before) keepalive.sent(now);
}

void Session::Impl::open_connection(std::string to) {
  host = std::move(to);
  in = jute::FrameSplitter(options.max_frame);
  out.clear();
  broken = false;
  ping_sent.reset();
  login.forget();
  handshake_sent = now;
  keepalive.start(now, negotiated_timeout_ms);
  enter(SessionState::connecting);
  // A session that a read-only server made exists nowhere else: ask for a new one.
  const std::string no_password(16, '\0');
  const bool fresh = of_read_only_server;
  append_connect(out, ConnectRequest{0, last_zxid.value, options.timeout_ms, fresh ? 0 : id.value,
                                     fresh ? no_password : password, options.read_only});
}

bool Session::Impl::on_frame(std::string_view frame) {
  if (login.under_way()) return on_login_answer(frame);
  return state == SessionState::connecting ? on_connect_response(frame) : on_reply(frame);
}

bool Session::Impl::on_connect_response(std::string_view frame) {
  const auto response = jute::decoded<ConnectResponse>(frame);
  if (!response) return false;
  const bool renewed = id.value != 0 && !of_read_only_server;
  if (response->timeout_ms <= 0 || (renewed && response->session_id != id.value)) {
    end(SessionState::expired, ErrorCode::session_expired);
    return true;
  }
  id = SessionId{response->session_id};
  password = response->password.str();
  negotiated_timeout_ms = response->timeout_ms;
  of_read_only_server = response->read_only.value_or(false);
  keepalive.start(now, negotiated_timeout_ms);
  keepalive.proved(handshake_sent);
  pass_login(login.begin(host, out));
  return true;
}

bool Session::Impl::on_login_answer(std::string_view frame) {
  jute::Reader reader(frame);
  ReplyHeader header;
  if (!jute::decode(reader, header)) return false;
  pass_login(login.answered(static_cast<ErrorCode>(header.err), reader.rest(), out));
  return true;
}

void Session::Impl::pass_login(Login::Progress progress) {
  switch (progress) {
    case Login::Progress::under_way:
      return;
    case Login::Progress::done:
      return establish();
    case Login::Progress::refused:
      return end(SessionState::auth_failed, ErrorCode::auth_failed);
    case Login::Progress::impossible:
      broken = true;
  }
}

void Session::Impl::establish() {
  enter(SessionState::connected);
  credentials.send_new(out);
  for (const auto& request : watches.set_watches(last_zxid)) {
    append_request(out, kXidSetWatches, request.type, request.body);
  }
  send();
}

bool Session::Impl::on_reply(std::string_view frame) {
  jute::Reader reader(frame);
  ReplyHeader header;
  if (!jute::decode(reader, header)) return false;
  switch (header.xid) {
    case kXidPing:
      if (ping_sent) keepalive.proved(*std::exchange(ping_sent, std::nullopt));
      return true;
    case kXidSetWatches:
      return true;
    case kXidNotification:
      return on_notification(reader, Zxid{header.zxid});
    case kXidAuth:
      return on_auth_reply(static_cast<ErrorCode>(header.err));
    default:
      return on_answer(header, reader.rest());
  }
}

bool Session::Impl::on_notification(jute::Reader& reader, Zxid zxid) {
  WatcherEvent event;
  if (!jute::decode(reader, event)) return false;
  const auto type = static_cast<EventType>(event.type);
  watches.fired(type, event.path.view());
  events.push_back(Notified{type, event.path.str(), zxid});
  return true;
}

bool Session::Impl::on_auth_reply(ErrorCode err) {
  bool expected = false;
  const auto tag = credentials.answered(expected);
  if (!expected) return false;
  if (tag) reply(*tag, OpCode::auth, err);
  if (err == ErrorCode::auth_failed) end(SessionState::auth_failed, ErrorCode::auth_failed);
  return true;
}

bool Session::Impl::on_answer(const ReplyHeader& header, std::string_view body) {
  const auto request = outstanding.take_answered(header.xid);
  if (!request) return false;
  keepalive.proved(request->sent);
  // Only these move the position: a notification's zxid may lie ahead of what this server has answered with.
  if (header.zxid > 0) last_zxid = Zxid{header.zxid};
  if (request->type == OpCode::close_session) {
    end(SessionState::closed, ErrorCode::session_expired);
    return true;
  }
  const auto err = static_cast<ErrorCode>(header.err);
  watches.answered(request->watch, request->watch_path, err);
  if (request->removes && err == ErrorCode::ok) watches.removed(*request->removes, request->watch_path);
  events.push_back(Replied{request->tag, request->type, err, Zxid{header.zxid},
                           err == ErrorCode::ok ? std::string(body) : std::string()});
  return true;
}

Session::Session(const SessionOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Session::~Session() = default;

void Session::connected(Now now, std::string host) {
  impl_->now = now.monotonic;
  if (impl_->ended()) return;
  PADDOCK_CHECK(impl_->state == SessionState::disconnected, "a second connection for one session");
  impl_->open_connection(std::move(host));
}

void Session::disconnected(Now now) {
  impl_->now = now.monotonic;
  if (impl_->ended()) return;
  impl_->broken = false;
  impl_->login.forget();
  if (impl_->state == SessionState::disconnected) return;
  if (impl_->closing) return impl_->end(SessionState::closed, ErrorCode::connection_loss);
  impl_->out.clear();
  impl_->enter(SessionState::disconnected);
  impl_->fail(impl_->outstanding.take_sent(), ErrorCode::connection_loss);
  for (const uint64_t tag : impl_->credentials.disconnected()) {
    impl_->reply(tag, OpCode::auth, ErrorCode::connection_loss);
  }
  if (!impl_->options.rearm_watches) impl_->watches.clear();
}

bool Session::received(std::string_view bytes, Now now) {
  impl_->now = now.monotonic;
  if (impl_->ended() || impl_->state == SessionState::disconnected || impl_->broken) return !impl_->broken;
  impl_->keepalive.heard(impl_->now);
  const auto space = impl_->in.space(bytes.size());
  std::memcpy(space.data(), bytes.data(), bytes.size());
  impl_->in.commit(bytes.size());
  while (const auto frame = impl_->in.next()) {
    if (!impl_->on_frame(*frame)) impl_->broken = true;
    if (impl_->broken || impl_->ended()) break;
  }
  impl_->broken |= impl_->in.broken();
  return !impl_->broken;
}

void Session::login_stepped(uint64_t number, const Result<LoginToken>& token, Now now) {
  impl_->now = now.monotonic;
  if (impl_->ended() || !impl_->login.under_way()) return;
  impl_->pass_login(impl_->login.stepped(number, token, impl_->out));
}

void Session::tick(Now now) {
  impl_->now = now.monotonic;
  if (impl_->ended()) return;
  if (impl_->must_have_expired()) return impl_->end(SessionState::expired, ErrorCode::session_expired);
  if (impl_->state == SessionState::disconnected) return;
  if (impl_->keepalive.silent(impl_->now)) {
    impl_->broken = true;
  } else if (impl_->state == SessionState::connected && impl_->keepalive.ping_due(impl_->now)) {
    append_request(impl_->out, kXidPing, OpCode::ping, {});
    impl_->keepalive.sent(impl_->now);
    if (!impl_->ping_sent) impl_->ping_sent = impl_->now;
  }
}

void Session::submit(uint64_t tag, OpCode type, std::string body, WatchIntent watch,
                     std::string_view watch_path) {
  if (impl_->ended() || impl_->closing) return impl_->reply(tag, type, refusal_in(impl_->state));
  Request request{tag, type, std::move(body), watch, std::string(watch_path), std::nullopt, 0};
  note_removal(request);
  impl_->outstanding.push(std::move(request));
  impl_->send();
}

void Session::add_auth(uint64_t tag, std::string scheme, std::string data) {
  if (impl_->ended() || impl_->closing) return impl_->reply(tag, OpCode::auth, refusal_in(impl_->state));
  impl_->credentials.add(tag, std::move(scheme), std::move(data));
  impl_->send();
}

void Session::renew() {
  PADDOCK_CHECK(impl_->state == SessionState::expired, "only an expired session is replaced");
  const SessionHandle none;
  impl_->id = none.id;
  impl_->password = none.password;
  impl_->last_zxid = none.last_zxid;
  impl_->negotiated_timeout_ms = impl_->options.timeout_ms;
  impl_->of_read_only_server = false;
  impl_->watches.clear();
  impl_->credentials.forget_connection();
  impl_->broken = true;  // a connection that is still open belongs to the old session
  impl_->enter(SessionState::disconnected);
}

void Session::close(Now now) {
  impl_->now = now.monotonic;
  if (impl_->ended() || impl_->closing) return;
  impl_->closing = true;
  if (impl_->state == SessionState::disconnected) {
    return impl_->end(SessionState::closed, ErrorCode::connection_loss);
  }
  Request last;
  last.type = OpCode::close_session;
  impl_->outstanding.push(std::move(last));
  impl_->send();
}

std::string Session::take_output() {
  return std::exchange(impl_->out, {});
}
bool Session::has_output() const {
  return !impl_->out.empty();
}
std::vector<SessionEvent> Session::take_events() {
  return std::exchange(impl_->events, {});
}
bool Session::wants_disconnect() const {
  return impl_->broken || impl_->ended();
}

std::optional<LoginStep> Session::take_login_step() {
  return impl_->login.take_step();
}
const std::string& Session::login_fault() const {
  return impl_->login.fault();
}

SessionState Session::state() const {
  return impl_->state;
}
SessionId Session::id() const {
  return impl_->id;
}
std::string Session::password() const {
  return impl_->password;
}
SessionHandle Session::handle() const {
  return {impl_->id, impl_->password, impl_->last_zxid};
}
bool Session::on_read_only_server() const {
  return impl_->of_read_only_server;
}
bool Session::closing() const {
  return impl_->closing;
}
int32_t Session::negotiated_timeout_ms() const {
  return impl_->negotiated_timeout_ms;
}
Zxid Session::last_zxid() const {
  return impl_->last_zxid;
}
size_t Session::outstanding() const {
  return impl_->outstanding.size();
}

}  // namespace paddock::client
