// ConfigHistory: the configurations of a run, as its log says: which were committed, in order, which were
// only logged by somebody, and which of them have a say for a server that holds a given log.
//
// Invariants
// 1. Versions of committed configurations increase; each is the zxid of its transaction (Z14).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "server/zab/membership.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

class ConfigHistory {
 public:
  using Servers = std::set<ServerId>;
  using Configs = std::vector<const zab::Membership*>;

  // `initial`: in force until the first reconfiguration is committed.
  explicit ConfigHistory(zab::Membership initial) : initial_(std::move(initial)) {}

  // A server asks its disk to hold this entry.
  void logged(const store::Append& entry);
  // The chronicle's newest entry.
  void committed(const Committed& entry);

  const zab::Membership& initial() const { return initial_; }
  const zab::Membership& last() const { return at(Zxid{INT64_MAX}); }
  // In force behind `zxid`.
  const zab::Membership& at(Zxid zxid) const;
  // The committed one of this version; null: there is none.
  const zab::Membership* find(int64_t version) const;
  size_t changes() const { return committed_.size(); }

  // The last committed one that `log` holds, and those in it behind that nobody has committed yet. What the
  // log holds from `end` on is not looked at.
  Configs in(const DiskImage& log, Zxid end) const;
  // The last committed one of all, and those in `log` behind it.
  Configs behind_last(const DiskImage& log) const;
  // Whether `servers` commit the entry: they are a quorum of what was in force before it and, if it is a
  // reconfiguration, of what it makes.
  bool commit(Zxid entry, const Servers& servers) const;

 private:
  Configs behind(Zxid known, const DiskImage& log, Zxid end) const;

  const zab::Membership initial_;
  std::map<Zxid, zab::Membership> logged_;
  std::set<Zxid> committed_;
};

std::string describe(const zab::Membership& membership);
// Whether the voters among them are a quorum. Of a configuration without members any server is one.
bool is_quorum(const zab::Membership& membership, const std::set<ServerId>& servers);
// A quorum of each.
bool is_quorum(const ConfigHistory::Configs& configs, const std::set<ServerId>& servers);

}  // namespace paddock::sim
