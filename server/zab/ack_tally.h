// AckTally: how far a quorum has acknowledged. A link is FIFO and a log has no holes, so a server that
// acknowledged z holds everything up to z: one position per server says it all.
#pragma once

#include <map>

#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

class AckTally {
 public:
  // `membership` must outlive the tally. `start`: what a quorum is known to hold.
  AckTally(const Membership& membership, Zxid start) : membership_(&membership), agreed_(start) {}

  // Returns agreed(). A position at or below the server's earlier one changes nothing.
  Zxid acknowledge(ServerId server, Zxid position);
  // The highest position that a quorum holds.
  Zxid agreed() const { return agreed_; }

 private:
  const Membership* membership_;
  Zxid agreed_;
  std::map<ServerId, Zxid> positions_;  // voters only
};

}  // namespace paddock::zab
