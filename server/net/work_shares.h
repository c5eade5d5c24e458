// WorkShares: deficit round robin between addresses, by the time that their clients' requests take. Bytes
// would not do: what takes longest (counting all that is below a node) has the shortest answers.
//
// A round is a batch of the loop. In each an address may work for a quantum. A request is never interrupted,
// so an address may come to owe more, and then sits out rounds. A round in which nobody else has anything to
// do is over in microseconds: who is alone is not held up.
//
// Owner: ClientServer. Loop thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace paddock::net {

// Of one address; all its connections share it.
struct WorkShare {
  std::chrono::nanoseconds spent{};  // in `round`, and owed from earlier ones
  uint64_t round = 0;
};

class WorkShares {
 public:
  explicit WorkShares(std::chrono::nanoseconds quantum) : quantum_(quantum) {}

  // Has something left of this round's quantum.
  bool may_work(WorkShare& share) const;
  void charge(WorkShare& share, std::chrono::nanoseconds spent) const;
  void next_round() { ++round_; }

 private:
  void settle(WorkShare& share) const;

  const std::chrono::nanoseconds quantum_;
  uint64_t round_ = 0;
};

// What a connection does at a time. Charges its address at the end.
class Turn {
 public:
  Turn(const WorkShares& shares, WorkShare& share);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // The quantum is used up. Asked behind each request, so it looks at a clock that costs nothing and moves by
  // a few milliseconds.
  bool is_over();

 private:
  using Clock = std::chrono::steady_clock;

  void charge();

  const WorkShares& shares_;
  WorkShare& share_;
  Clock::time_point charged_until_;
  int64_t looked_ = 0;  // by the cheap clock
};

}  // namespace paddock::net
