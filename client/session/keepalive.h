// Keepalive: when a ping is due and when a server counts as silent. A third of the session's timeout without
// a word from us is time for a ping; two thirds without a word from the server leave one third to find
// another server before the session expires.
#pragma once

#include "protocol/base/time.h"

namespace paddock::client {

class Keepalive {
 public:
  void start(Instant now, int32_t timeout_ms) {
    timeout_ms_ = timeout_ms;
    sent_ = heard_ = now;
  }
  void sent(Instant now) { sent_ = now; }
  void heard(Instant now) { heard_ = now; }
  bool ping_due(Instant now) const { return now >= sent_.plus_ms(timeout_ms_ / 3); }
  bool silent(Instant now) const { return now >= heard_.plus_ms(timeout_ms_ / 3 * 2); }

 private:
  int32_t timeout_ms_ = 0;
  Instant sent_;
  Instant heard_;
};

}  // namespace paddock::client
