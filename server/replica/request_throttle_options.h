// What an operator sets of request_throttle.h.
#pragma once

#include <cstdint>

namespace paddock::replica {

struct RequestThrottleOptions {
  int64_t max_requests = 0;  // 0: any number
  bool drops_late = false;   // the connection of who has waited for longer than its session's timeout
  int64_t wait_ms = 0;       // who has waited for longer is refused; 0: nobody
};

}  // namespace paddock::replica
