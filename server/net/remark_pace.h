// RemarkPace: what strangers can cause reaches the log at most once a second.
//
// Owner: whoever writes remarks. Loop thread.
#pragma once

#include <chrono>

namespace paddock::net {

class RemarkPace {
 public:
  // True: the remark may be told. The next one may a second later.
  bool allows() {
    const auto now = std::chrono::steady_clock::now();
    if (now < silent_until_) return false;
    silent_until_ = now + std::chrono::seconds(1);
    return true;
  }

 private:
  std::chrono::steady_clock::time_point silent_until_;
};

}  // namespace paddock::net
