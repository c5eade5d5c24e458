// The only place where time is read for the rooms below.
#pragma once

#include <optional>

#include "protocol/base/time.h"

namespace paddock {

Now now();

// The time of a batch of inputs: the clock is read once, not for every frame.
class BatchClock {
 public:
  Now now() {
    if (!now_) now_ = paddock::now();
    return *now_;
  }
  void next_batch() { now_.reset(); }

 private:
  std::optional<Now> now_;
};

}  // namespace paddock
