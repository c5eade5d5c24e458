// ConfigObserver: which reconfigurations came about, and what became of those that were asked for, for the
// coverage of a run.
#pragma once

#include <algorithm>

#include "protocol/base/error_code.h"
#include "server/zab/membership.h"
#include "tests/sim/coverage.h"

namespace paddock::sim {

class ConfigObserver {
 public:
  explicit ConfigObserver(Coverage& coverage) : coverage_(coverage) {}

  void answered(ErrorCode err) {
    switch (err) {
      case ErrorCode::ok:
        coverage_.insert("reconfig: done");
        return;
      case ErrorCode::bad_version:
        coverage_.insert("reconfig: BADVERSION");
        return;
      case ErrorCode::bad_arguments:
        coverage_.insert("reconfig: BADARGUMENTS");
        return;
      case ErrorCode::no_auth:
        coverage_.insert("reconfig: NOAUTH");
        return;
      case ErrorCode::new_config_no_quorum:
        coverage_.insert("reconfig: no quorum");
        return;
      case ErrorCode::reconfig_in_progress:
        coverage_.insert("reconfig: another one in progress");
        return;
      default:
        return;
    }
  }
  void committed(const zab::Membership& before, const zab::Membership& after) {
    for (const auto& [id, member] : after.members) {
      const auto known = before.members.find(id);
      if (known == before.members.end()) {
        coverage_.insert(member.observer ? "reconfig: an observer joins" : "reconfig: a voter joins");
      } else if (known->second.observer != member.observer) {
        coverage_.insert(member.observer ? "reconfig: a voter observes" : "reconfig: an observer votes");
      }
    }
    const auto stays = [&](const auto& entry) { return after.members.contains(entry.first); };
    if (!std::all_of(before.members.begin(), before.members.end(), stays)) {
      coverage_.insert("reconfig: a server leaves");
    }
    const auto voters_of_both = std::count_if(
        before.members.begin(), before.members.end(),
        [&](const auto& entry) { return before.is_voter(entry.first) && after.is_voter(entry.first); });
    if (voters_of_both == 0) coverage_.insert("reconfig: all voters change");
  }
  // By this configuration a server leads `epoch`.
  void leads(ServerId leader, uint32_t epoch, const zab::Membership& committed) {
    const Zxid version{committed.version};
    if (version.counter() == 0) return;
    if (version.epoch() == epoch && !committed.is_voter(leader))
      coverage_.insert("reconfig: the leader leaves");
  }
  // It is in the log of a leader whose epoch begins, and nobody knows it to be committed.
  void inherited() { coverage_.insert("reconfig: inherited"); }

 private:
  Coverage& coverage_;
};

}  // namespace paddock::sim
