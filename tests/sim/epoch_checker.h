// EpochChecker: Z7. At most one leader an epoch, ever; what a disk says of its epochs never goes back; the
// current epoch is at most the accepted one.
#pragma once

#include <cstdint>
#include <map>

#include "protocol/base/ids.h"
#include "server/store/contract.h"

namespace paddock::sim {

class EpochChecker {
 public:
  // `server` is the established leader of `epoch`.
  void leads(ServerId server, uint32_t epoch);
  // A process begins with what its disk holds. (That nothing promised was lost is Z10.)
  void starts(ServerId server, store::Epochs epochs);
  // `server` asks its disk to hold these.
  void writes(ServerId server, store::Epochs epochs);

  size_t epochs_led() const { return leaders_.size(); }

 private:
  std::map<uint32_t, ServerId> leaders_;
  std::map<ServerId, store::Epochs> written_;
};

}  // namespace paddock::sim
