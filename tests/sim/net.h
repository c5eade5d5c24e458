// Net: the simulated network between machines. Machines are servers (their ids) and clients (kFirstClient and
// up). Directions between two machines can be cut: what is under way then waits, as TCP's retransmissions do.
//
// Invariant: what one end of a connection sends arrives in order, whole, or not at all; nothing arrives at an
// end that let the connection go, or that was told that it is gone.
#pragma once

#include <fmt/core.h>

#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/random.h"
#include "tests/sim/knobs.h"
#include "tests/sim/scheduler.h"

namespace paddock::sim {

using Machine = int;
inline constexpr Machine kFirstClient = 100;
inline std::string address_of(Machine machine) {
  return fmt::format("10.0.0.{}", machine);
}

class Connection;

class Net {
 public:
  Net(Scheduler& scheduler, const Knobs& knobs, Random random)
      : scheduler_(scheduler), knobs_(knobs), random_(random) {}

  Scheduler& scheduler() { return scheduler_; }
  const Knobs& knobs() const { return knobs_; }
  int64_t delay_ns() { return knobs_.wire.draw_ns(random_); }
  Random& random() { return random_; }

  void cut(Machine from, Machine to) { cuts_.insert({from, to}); }
  void heal(Machine from, Machine to);
  void heal_all();
  bool blocked(Machine from, Machine to) const { return cuts_.contains({from, to}); }
  bool any_cut() const { return !cuts_.empty(); }

  // A connection that stands, from the first end to the second.
  std::shared_ptr<Connection> connect(Machine first, Machine second);
  // Every connection that both ends still hold.
  std::vector<std::shared_ptr<Connection>> open_connections();

 private:
  void pump();

  Scheduler& scheduler_;
  const Knobs& knobs_;
  Random random_;
  std::set<std::pair<Machine, Machine>> cuts_;
  std::vector<std::weak_ptr<Connection>> connections_;
};

enum class Side : uint8_t { first, second };
inline Side other(Side side) {
  return side == Side::first ? Side::second : Side::first;
}

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Action = std::function<void()>;

  Connection(Net& net, Machine first, Machine second);

  // What `side` wants to hear: the other end or the network let go; what it sent has left but for the
  // low-water rest.
  void listen(Side side, Action gone, Action drained);
  // `deliver` runs at the other end.
  void send(Side from, size_t bytes, Action deliver);
  // `side` hears nothing any more; the other end gets all that was sent, then `gone`.
  void close(Side side);
  // The process at `side` ended; a suffix of what it sent may be lost.
  void abandon(Side side, bool lossy);
  // The network breaks it: both ends hear `gone`, and what is under way is lost.
  void reset();
  // Nothing arrives at the end opposite to `from` before `until`.
  void stall(Side from, Instant until);

  bool open() const { return ends_[0].held && ends_[1].held; }
  Machine machine(Side side) const { return end(side).machine; }
  void pump();

 private:
  struct Item {
    Instant arrives;
    size_t bytes = 0;
    Action deliver;  // none: the end
  };
  struct End {
    Machine machine = 0;
    bool held = true;
    Action gone;
    Action drained;
    // What this end sent and the other has not got.
    std::deque<Item> sent;
    size_t bytes = 0;
    bool above_water = false;
    bool armed = false;  // an arrival is scheduled
    Instant last_arrival;
    Instant stalled_until;
  };
  End& end(Side side) { return ends_[side == Side::first ? 0 : 1]; }
  const End& end(Side side) const { return ends_[side == Side::first ? 0 : 1]; }
  void push(Side from, size_t bytes, Action deliver);
  void arm(Side from);
  void arrive(Side from);
  void tell_gone(Side side);

  Net& net_;
  End ends_[2];
  bool broken_ = false;  // reset: neither end reaches the other, though neither may know yet
};

}  // namespace paddock::sim
