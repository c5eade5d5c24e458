// Reconfigurations: what operators ask of the configuration (op 16), sensible or not: servers join, leave and
// change their role, one or several at once, by changes or as a whole, from the version that is or from
// another.
#pragma once

#include <string>

#include "protocol/base/random.h"
#include "server/zab/membership.h"
#include "tests/sim/knobs.h"
#include "tests/sim/workload.h"

namespace paddock::sim {

// Who may, and as servers know him.
inline constexpr const char* kSuper = "super:x";
inline constexpr const char* kSuperDigest = "super:eXJov8znpQ4dl1Mi6FnyKh1mSgw=";

class Reconfigurations {
 public:
  Reconfigurations(const Knobs& knobs, Random random) : knobs_(knobs), random_(random) {}
  // `current`: the last one that was committed.
  Request next(const zab::Membership& current);

 private:
  struct Changes {
    std::string joining;
    std::string leaving;
  };
  void change_one(zab::Membership& wanted, Changes& changes);
  int64_t from_version(int64_t current);

  const Knobs& knobs_;
  Random random_;
};

}  // namespace paddock::sim
