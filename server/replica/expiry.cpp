#include "server/replica/expiry.h"

#include <utility>

namespace paddock::replica {

using client::OpCode;

void Expiry::start(Instant now) {
  last_tick_ = now;
  asked_.reset();
}

void Expiry::tick(Now now) {
  const int64_t gap_ms = now.monotonic.ms() - std::exchange(last_tick_, now.monotonic).ms();
  if (gap_ms > tick_ms_) sessions_.skip(gap_ms);
  if (asked_ || !sessions_.any_due(now)) return;
  asked_ = now;
  Submission round;
  round.type = OpCode::sync;
  round.from = SessionOwner{};
  writes_.submit(round, now);
}

size_t Expiry::confirmed(Now now) {
  if (!asked_) return 0;
  const Now deadline = *std::exchange(asked_, std::nullopt);
  size_t ended = 0;
  while (writes_.may_propose()) {
    const auto session = sessions_.expire_one(deadline);
    if (!session) break;
    Submission close;
    close.session = *session;
    close.type = OpCode::close_session;
    writes_.submit(close, now);
    ++ended;
  }
  return ended;
}

}  // namespace paddock::replica
