// ConfigFiles: one server's configuration beside its disk (server/main/reconfiguration.h): what the operator
// wrote, until a committed one takes its place. What is proposed goes to a file, too, that no start reads. A
// write may fail, and nothing is made of that: what is safe must not depend on these files.
//
// Owner: the server; they outlive the process.
#pragma once

#include <cstdint>
#include <utility>

#include "protocol/base/random.h"
#include "server/zab/ready.h"

namespace paddock::sim {

class ConfigFiles {
 public:
  // One write in `failing` fails; 0: none.
  ConfigFiles(zab::Membership given, uint64_t failing, Random random)
      : membership_(std::move(given)), failing_(failing), random_(random) {}

  // What a start finds.
  const zab::Membership& membership() const { return membership_; }
  void apply(const zab::MembershipChanged& changed) {
    if (!changed.committed || changed.membership.version == membership_.version) return;
    if (failing_ == 0 || !random_.one_in(failing_)) membership_ = changed.membership;
  }

 private:
  zab::Membership membership_;
  const uint64_t failing_;
  Random random_;
};

}  // namespace paddock::sim
