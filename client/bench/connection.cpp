#include "client/bench/connection.h"

#include <time.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::client::bench {
namespace {

constexpr int kPatience_ms = 10'000;
constexpr int32_t kMaxFrame = 64 << 20;
constexpr size_t kReadSize = 256 << 10;
constexpr size_t kReplyHeader = 16;

}  // namespace

int64_t clock_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

Connection::Connection(Socket socket, HostPort server, int inflight)
    : socket_(std::move(socket)),
      server_(std::move(server)),
      limit_(inflight),
      in_(kMaxFrame),
      started_ns_(std::bit_ceil(static_cast<size_t>(inflight))) {}

Result<Connection> Connection::open(const HostPort& server, const SocketSecurity& security,
                                    int session_timeout_ms, int inflight) {
  auto socket = Socket::open(server, security, kPatience_ms);
  if (!socket) return socket.fault();
  Connection connection(std::move(*socket), server, inflight);
  if (auto shaken = connection.handshake(session_timeout_ms); !shaken) return shaken.fault();
  if (auto set = connection.socket_.set_nonblocking(true); !set) return set.fault();
  return connection;
}

Status Connection::handshake(int session_timeout_ms) {
  const std::string no_password(16, '\0');
  std::string request;
  jute::Writer writer(request);
  const size_t start = writer.begin_frame();
  jute::encode(writer, ConnectRequest{0, 0, session_timeout_ms, 0, no_password, false});
  writer.end_frame(start);
  if (socket_.write(request) != static_cast<ssize_t>(request.size())) {
    return lost("did not take the connect request");
  }
  std::optional<std::string_view> frame;
  while (!(frame = in_.next())) {
    const auto space = in_.space();
    const ssize_t got = socket_.read(space);
    if (got <= 0 || in_.broken()) return lost("did not answer the connect request");
    in_.commit(static_cast<size_t>(got));
  }
  const auto response = jute::decoded<ConnectResponse>(*frame);
  if (!response || response->timeout_ms <= 0) return lost("refused a new session");
  return ok_status();
}

Status Connection::fill_and_write(RequestSource& source, int64_t now_ns, bool& exhausted) {
  const int32_t first = next_xid_;
  while (!exhausted && next_xid_ - next_reply_ < limit_) {
    if (!source.append(out_, next_xid_)) {
      exhausted = true;
      break;
    }
    started_ns_[static_cast<size_t>(next_xid_) & (started_ns_.size() - 1)] = now_ns;
    ++next_xid_;
  }
  return next_xid_ == first ? ok_status() : flush();
}

Status Connection::flush() {
  while (sent_ < out_.size()) {
    const ssize_t put = socket_.write(std::string_view(out_).substr(sent_));
    if (put < 0) {
      if (errno == EAGAIN || errno == EINTR) return ok_status();
      return lost(std::strerror(errno));
    }
    sent_ += static_cast<size_t>(put);
  }
  out_.clear();
  sent_ = 0;
  return ok_status();
}

Status Connection::read_replies(const RequestSource& source, Counters& counters) {
  do {
    if (auto read = read_once(source, counters); !read) return read;
  } while (socket_.has_more());
  return ok_status();
}

Status Connection::read_once(const RequestSource& source, Counters& counters) {
  const auto space = in_.space(kReadSize);
  const ssize_t got = socket_.read(space);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return ok_status();
  if (got <= 0) return lost(got == 0 ? "closed the connection" : std::strerror(errno));
  in_.commit(static_cast<size_t>(got));
  const int64_t now_ns = clock_ns();
  while (const auto frame = in_.next()) {
    if (auto taken = take_reply(*frame, now_ns, source, counters); !taken) return taken;
  }
  if (in_.broken()) return lost("sent a frame of an impossible length");
  return ok_status();
}

Status Connection::take_reply(std::string_view frame, int64_t now_ns, const RequestSource& source,
                              Counters& counters) {
  if (frame.size() < kReplyHeader) return lost("sent a reply without a header");
  const int32_t xid = jute::load_int(frame.data());
  if (xid != next_reply_ || next_reply_ == next_xid_) return lost("sent replies out of order");
  ++next_reply_;
  counters.latency.record(now_ns - started_ns_[static_cast<size_t>(xid) & (started_ns_.size() - 1)]);
  const auto err = static_cast<ErrorCode>(jute::load_int(frame.data() + 12));
  if (err != ErrorCode::ok && !source.accepts(err)) [[unlikely]] {
    if (counters.errors++ == 0) counters.first_error = err;
  }
  return ok_status();
}

void Connection::close_session() {
  std::string request;
  jute::Writer writer(request);
  const size_t start = writer.begin_frame();
  jute::encode(writer, RequestHeader{next_xid_, static_cast<int32_t>(OpCode::close_session)});
  writer.end_frame(start);
  // The receive timeout of dial() still bounds the wait for the answer.
  if (!socket_.set_nonblocking(false)) return;
  if (socket_.write(request) < 0) return;
  char answer[64];
  while (socket_.read(answer) > 0) {
  }
}

Fault Connection::lost(std::string_view how) const {
  return make_fault("{} {} (after {} replies)", to_string(server_), how, next_reply_ - 1);
}

}  // namespace paddock::client::bench
