// AckTally: how far a quorum has acknowledged; quorums of two configurations while one replaces the other. A
// link is FIFO and a log has no holes, so a server that acknowledged z holds everything up to z: one position
// per server says it all.
//
// It is asked once a batch and told once a packet, so telling is cheap and asking does the arithmetic.
#pragma once

#include <map>
#include <optional>

#include "protocol/base/ids.h"
#include "server/zab/configs.h"

namespace paddock::zab {

class AckTally {
 public:
  // `configs` must outlive the tally. `start`: what a quorum is known to hold.
  AckTally(const Configs& configs, Zxid start) : configs_(&configs), agreed_(start) {}

  // A position at or below the server's earlier one changes nothing.
  void acknowledge(ServerId server, Zxid position);
  // The server's log may be another one from here on: it joined anew, or is gone.
  void forget(ServerId server) { positions_.erase(server); }
  // The highest position up to which everything is held by the quorums that it needs. What was agreed once
  // stays agreed.
  Zxid agreed();
  // Nothing if it has acknowledged nothing.
  std::optional<Zxid> position_of(ServerId server) const;

 private:
  const Configs* configs_;
  Zxid agreed_;
  uint64_t revision_ = 0;         // of the configurations, when it was asked last
  std::optional<ServerId> sole_;  // who could do alone then
  bool changed_ = false;
  std::map<ServerId, Zxid> positions_;  // voters only
};

}  // namespace paddock::zab
