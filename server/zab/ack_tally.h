// AckTally: how far a quorum has acknowledged. A link is FIFO and a log has no holes, so a server that
// acknowledged z holds everything up to z: one position per server says it all.
//
// It is asked once a batch and told once a packet, so telling is cheap and asking does the arithmetic.
#pragma once

#include <map>

#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

class AckTally {
 public:
  // `membership` must outlive the tally. `start`: what a quorum is known to hold.
  AckTally(const Membership& membership, Zxid start) : membership_(&membership), agreed_(start) {}

  // A position at or below the server's earlier one changes nothing.
  void acknowledge(ServerId server, Zxid position);
  // The server's log may be another one from here on: it joined anew, or is gone.
  void forget(ServerId server) { positions_.erase(server); }
  // The highest position that a quorum holds. What was agreed once stays agreed.
  Zxid agreed();

 private:
  const Membership* membership_;
  Zxid agreed_;
  bool changed_ = false;
  std::map<ServerId, Zxid> positions_;  // voters only
};

}  // namespace paddock::zab
