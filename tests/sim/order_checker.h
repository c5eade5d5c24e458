// OrderChecker: what one session hears, in its order.
//   C2  the zxids of its writes increase in the order in which they were asked
//   C4  no reply is older than an earlier one, on whichever server
#pragma once

#include "protocol/base/ids.h"
#include "tests/sim/client_history.h"

namespace paddock::sim {

class OrderChecker {
 public:
  void answered(const Operation& asked, const Answer& heard);
  Zxid seen() const { return seen_; }

 private:
  Zxid seen_;
  Zxid written_;
};

}  // namespace paddock::sim
