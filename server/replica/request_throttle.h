// RequestThrottle: how many requests of clients are under way at a time (ZooKeeper's request_throttle_*).
// What comes while there are as many waits here, in the order in which it came, whoever it is from. What has
// waited for too long is not done any more: it is answered THROTTLEDOP, or its connection is dropped if its
// session is over by then.
//
// It takes the place of ZooKeeper's RequestThrottler, but sleeps nowhere (request_throttle_stall_time): what
// waits is looked at whenever something was answered. Sessions that begin and proofs of identity do not wait.
//
// Invariants
// 1. The requests of a connection are let go in their order.
// 2. Who waits is heard of: its session grows no older by it.
// 3. A session that is to end ends, though its connection has gone meanwhile.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/replica/core.h"
#include "server/replica/request_path.h"

namespace paddock::replica {

class RequestThrottle {
 public:
  // Both must outlive the throttle.
  RequestThrottle(Core& core, RequestPath& requests)
      : core_(core), requests_(requests), options_(core.options.request_throttle) {}

  // As RequestPath::request(), now or later.
  bool request(ClientConnection& connection, std::string_view frame, Now now);
  // Begins what may be begun by now. False: nothing.
  bool let_go(Now now);
  // The other side of the connection is gone.
  void disconnected(const ClientConnection& connection, Now now);
  size_t held() const { return held_.size(); }

 private:
  struct Held {
    ConnectionId connection;
    RequestHead head;
    std::string frame;
    Instant arrived;
  };
  bool has_room() const;
  void hold(ClientConnection& connection, const RequestHead& head, std::string_view frame, Now now);
  void begin(ClientConnection& connection, const Held& held, Now now);

  Core& core_;
  RequestPath& requests_;
  const RequestThrottleOptions& options_;
  std::list<Held> held_;
};

}  // namespace paddock::replica
