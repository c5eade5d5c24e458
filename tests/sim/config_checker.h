// ConfigChecker: Z14. What servers make of the configurations of a run (that a reconfiguration is committed
// by both its quorums is Z11; who may lead by which, Z7).
//   What a server takes for committed was committed, with these members; the first one apart, whose version
//   is what the operator wrote (0) or the start of the epoch that first used it. It never goes back to an
//   older one, but for a start. While it serves /zookeeper/config says the same. Who has no vote in any
//   configuration that counts never leads; and a leader that was left out commits nothing behind what left it
//   out.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "tests/sim/config_history.h"

namespace paddock::sim {

class ConfigChecker {
 public:
  explicit ConfigChecker(const ConfigHistory& history) : history_(history) {}

  // A process begins, and its files say this.
  void starts(ServerId server, const zab::Membership& given);
  void takes_for_committed(ServerId server, const zab::Membership& membership);
  // `node`: what /zookeeper/config says there.
  void serves(ServerId server, const zab::Membership& committed, std::string_view node) const;
  // It begins to lead `epoch`, holding `log`.
  void leads(ServerId server, uint32_t epoch, const DiskImage& log) const;
  // It leads on, and has committed all up to `last`.
  void leads_on(ServerId server, uint32_t epoch, const zab::Membership& committed, Zxid last) const;

 private:
  bool was_committed(ServerId server, const zab::Membership& membership) const;

  const ConfigHistory& history_;
  std::map<ServerId, zab::Membership> given_;
  std::map<ServerId, int64_t> versions_;  // of this process
};

}  // namespace paddock::sim
