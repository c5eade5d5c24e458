#include "server/replica/request_throttle.h"

#include <iterator>
#include <utility>

namespace paddock::replica {

using client::OpCode;
using Stage = ClientConnection::Stage;

bool RequestThrottle::has_room() const {
  return options_.max_requests <= 0 || core_.counters.outstanding < options_.max_requests;
}

bool RequestThrottle::request(ClientConnection& connection, std::string_view frame, Now now) {
  if (held_.empty() && has_room()) return requests_.request(connection, frame, now, now.monotonic);
  const auto head = RequestHead::of(frame);
  if (!head) return false;
  if (client::kind_of(head->type) == client::OpKind::connection) {
    return requests_.request(connection, frame, now, now.monotonic);
  }
  hold(connection, *head, frame, now);
  return true;
}

void RequestThrottle::hold(ClientConnection& connection, const RequestHead& head, std::string_view frame,
                           Now now) {
  requests_.heard(connection, now);
  if (head.xid.value > 0) ++connection.counted;
  ++core_.counters.throttle_waits;
  core_.large_requests.begin(static_cast<int64_t>(frame.size()));
  held_.push_back({connection.id, head, std::string(frame), now.monotonic});
}

bool RequestThrottle::let_go(Now now) {
  bool any = false;
  for (auto next = held_.begin(); next != held_.end() && has_room();) {
    ClientConnection* connection = core_.clients.find(next->connection);
    const bool alive = connection && connection->stage == Stage::established;
    if (alive && is_occupied(*connection)) {
      ++next;
      continue;
    }
    const Held held = std::move(*next);
    next = held_.erase(next);
    any = true;
    core_.large_requests.end(static_cast<int64_t>(held.frame.size()));
    if (alive) {
      begin(*connection, held, now);
    } else {
      ++core_.counters.stale_dropped;
    }
  }
  return any;
}

// As ZooKeeper has it: a session may always be closed, and a ping always says that it lives.
void RequestThrottle::begin(ClientConnection& connection, const Held& held, Now now) {
  if (held.head.xid.value > 0) --connection.counted;
  const int64_t waited_ms = now.monotonic.ms() - held.arrived.ms();
  const OpCode type = held.head.type;
  if (options_.drops_late && type != OpCode::close_session && waited_ms > connection.timeout_ms) {
    ++core_.counters.stale_dropped;
    return core_.clients.close(connection);
  }
  const bool may_be_refused = type != OpCode::close_session && type != OpCode::ping;
  if (may_be_refused && options_.wait_ms > 0 && waited_ms > options_.wait_ms) {
    ++core_.counters.throttled_ops;
    const auto bytes = static_cast<int64_t>(held.frame.size());
    const Asked asked{held.head.xid, type, held.arrived, bytes};
    return requests_.turn_away(connection, asked, ErrorCode::throttled_op, now);
  }
  if (!requests_.request(connection, held.frame, now, held.arrived)) core_.clients.close(connection);
}

void RequestThrottle::disconnected(const ClientConnection& connection, Now now) {
  if (connection.stage != Stage::established) return;
  for (const Held& held : held_) {
    if (held.connection != connection.id || held.head.type != OpCode::close_session) continue;
    return requests_.end_session(connection, held.head.xid, now);
  }
}

}  // namespace paddock::replica
