// SyncObserver: by which packets leaders bring learners up to date, for the coverage of a run.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"
#include "tests/sim/coverage.h"

namespace paddock::sim {

class SyncObserver {
 public:
  explicit SyncObserver(Coverage& coverage) : coverage_(coverage) {}

  // By a leader.
  void sent(ServerId leader, LinkId link, quorum::PacketType type) {
    using quorum::PacketType;
    Plan& plan = plans_[{leader, link}];
    if (type == PacketType::diff) plan = {"DIFF", false};
    if (type == PacketType::trunc) plan = {"TRUNC", false};
    if (type == PacketType::snap) plan = {"SNAP", false};
    if (type == PacketType::proposal) plan.entries = true;
    if (type != PacketType::new_leader || plan.opening.empty()) return;
    coverage_.insert(plan.opening + (plan.entries ? " and entries" : " alone"));
    plan = {};
  }

 private:
  struct Plan {
    std::string opening;
    bool entries = false;
  };
  Coverage& coverage_;
  std::map<std::pair<ServerId, LinkId>, Plan> plans_;
};

}  // namespace paddock::sim
