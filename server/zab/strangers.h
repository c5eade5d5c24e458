// Strangers: servers that have no vote here (observers, ids that our configuration does not name) and ask who
// leads. Each question is answered at once. But two servers that do not know each other take each answer for
// a question, and would go on at the speed of the network; so the same words are answered once in a while
// only.
#pragma once

#include <cstdint>
#include <map>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/zab/vote.h"

namespace paddock::zab {

class Strangers {
 public:
  explicit Strangers(int64_t pause_ms) : pause_ms_(pause_ms) {}

  bool may_answer(ServerId from, const Vote& vote, Instant now) {
    const auto known = heard_.find(from);
    if (known != heard_.end() && known->second.vote == vote && now < known->second.at.plus_ms(pause_ms_)) {
      return false;
    }
    if (heard_.size() >= kRemembered) heard_.clear();
    heard_[from] = {vote, now};
    return true;
  }

 private:
  static constexpr size_t kRemembered = 64;
  struct Heard {
    Vote vote;
    Instant at;
  };

  int64_t pause_ms_;
  std::map<ServerId, Heard> heard_;
};

}  // namespace paddock::zab
