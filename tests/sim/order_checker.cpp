#include "tests/sim/order_checker.h"

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void OrderChecker::answered(const Operation& asked, const Answer& heard) {
  require(heard.zxid >= seen_, "C4", "{} {} was answered at {} behind {}", client::name_of(asked.type),
          asked.path, text(heard.zxid), text(seen_));
  seen_ = heard.zxid;
  if (!is_write(asked.type)) return;
  require(heard.zxid > written_, "C2", "{} {} became {} behind {}", client::name_of(asked.type), asked.path,
          text(heard.zxid), text(written_));
  written_ = heard.zxid;
}

}  // namespace paddock::sim
