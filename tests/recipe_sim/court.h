// Court: what must hold of everything that programs hold, judged by what the ensemble has committed. A
// program tells what it was granted, when it was told that it has lost it, and when it gave it back.
//
//   R1  who is granted something is the only one by the order of the fences: of all that stand before him in
//       the line nothing is left (but readers, for a reader); of leases no more are granted than there are
//   R2  a fence is the zxid at which a node of the line was made
//   R3  whoever holds a node that is gone is told so, soon
//   R4  in the end everybody has got his turn since the last fault
//   R5  a wait ends with what was waited for, or with its limit
//   R6  in the end no node stands for anything that nobody holds or waits for
//   B1  who has entered a double barrier was not alone
//   S1  who is told that his offer of a service is updated does not find an older one
//   L1  a lease is taken when it is free, over or one's own, under a growing fence
//   R7  whoever has asked for it (LossPolicy::suspended) is told as soon as there is no server
//   R9  nobody goes round in circles
//
// The first rule that was broken is kept: an exception would end in the coroutine that it came from.
#pragma once

#include <fmt/core.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/violation.h"
#include "tests/sim/world.h"

namespace paddock::recipe_sim {

class Program;

// What is contended for: children of a directory.
struct Line {
  enum class Kind {
    places,  // in the order of their numbers
    leases,  // at most so many
    marks,   // each for itself
  };
  std::string recipe;
  std::string directory;
  Kind kind = Kind::places;
  size_t most = 1;
};

class Court {
 public:
  using HoldId = size_t;

  explicit Court(sim::World& world) : world_(world) {}

  // `rank`: the fence of the place that it has taken over; by default its own.
  HoldId granted(const Program& program, const Line& line, Zxid fence, bool shared = false,
                 std::optional<Zxid> rank = {});
  void told(HoldId hold);
  void returned(HoldId hold);
  // The process is gone.
  void ended(const Program& program);
  // R3; to be asked now and then.
  void look();

  // Somebody has got what he wanted of this recipe.
  void progressed(const Program& program, const std::string& recipe);
  bool has_progressed(const Program& program, const std::string& recipe, Instant since) const;

  template <class... Args>
  void require(bool holds, const char* rule, fmt::format_string<Args...> format, Args&&... args) {
    if (!holds && !violation_) violation_ = {rule, fmt::format(format, std::forward<Args>(args)...)};
  }
  void raise() const {
    if (violation_) throw sim::Violation(*violation_);
  }
  size_t grants() const { return holds_.size(); }

 private:
  struct Held {
    const Program* program;
    Line line;
    Zxid fence;
    bool told = false;
    bool returned = false;
    std::optional<Instant> gone_since;
    bool open() const { return !told && !returned; }
  };
  // A child of a line's directory as it is committed now.
  struct Node {
    std::string name;
    Zxid czxid;
  };
  std::vector<Node> nodes(const std::string& directory) const;
  bool stands(const Held& held) const;
  void check_creation(const Held& held);
  void check_places(const Held& held, bool shared, Zxid rank);
  void check_leases(const Held& held);
  int64_t patience_ms() const;

  sim::World& world_;
  std::vector<Held> holds_;
  std::set<HoldId> open_;
  std::set<std::pair<std::string, Zxid>> granted_;
  std::map<Zxid, Zxid> ranks_;  // of those that have taken over another one's place
  std::map<std::pair<int, std::string>, Instant> progress_;
  std::optional<sim::Violation> violation_;
};

}  // namespace paddock::recipe_sim
