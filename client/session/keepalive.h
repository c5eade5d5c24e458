// Keepalive: when a ping is due, when a server counts as silent, and when the session must have expired. A
// third of the session's timeout without a word from us is time for a ping; two thirds without a word from
// the server leave one third to find another server before the session expires.
#pragma once

#include <algorithm>

#include "protocol/base/time.h"

namespace paddock::client {

class Keepalive {
 public:
  void start(Instant now, int32_t timeout_ms) {
    timeout_ms_ = timeout_ms;
    sent_ = heard_ = now;
  }
  // The server has answered what was sent at `sent`: it gives the session its whole timeout from then on.
  void proved(Instant sent) { proved_ = std::max(proved_, sent); }
  void sent(Instant now) { sent_ = now; }
  void heard(Instant now) { heard_ = now; }
  bool ping_due(Instant now) const { return now >= sent_.plus_ms(timeout_ms_ / 3); }
  bool expired(Instant now) const { return proved_ > Instant{} && now >= proved_.plus_ms(timeout_ms_); }
  bool silent(Instant now) const { return now >= heard_.plus_ms(timeout_ms_ / 3 * 2); }

 private:
  int32_t timeout_ms_ = 0;
  Instant sent_;
  Instant heard_;
  Instant proved_;  // over all connections of the session
};

}  // namespace paddock::client
