// Safety: what must hold in every scenario, whatever its file says. A breach is told as "WRONG: ..." and
// fails the scenario; it is never written into a file.
//
// 1. All servers commit the same transactions in the same order.
// 2. What is committed is durable at a quorum, a reconfiguration at one of the old and one of the new
//    configuration.
// 3. An epoch has one leader.
// 4. A promise on the wire is on the disk (ACK, ACK of NEWLEADER, ACKEPOCH).
#pragma once

#include <functional>
#include <map>
#include <set>

#include "fake_disk.h"
#include "record.h"
#include "server/zab/membership.h"
#include "story.h"

namespace paddock::scenarios {

class Safety {
 public:
  explicit Safety(Story& story) : story_(&story) {}

  void begin(const zab::Membership& membership) { membership_ = membership; }

  // What was committed before the story begins.
  void assume_committed(const Records& records) {
    if (records.size() > chosen_.size()) chosen_ = records;
  }
  // `server` has committed `record` as the `index`-th. `holders`: whose disks hold it.
  void committed(int64_t server, size_t index, const Record& record, const std::set<ServerId>& holders);
  // `server` goes on from `state`, whose transactions must all be committed.
  void replaced(int64_t server, const Records& state);
  void leads(int64_t server, uint32_t epoch);
  // `packet` leaves `server`, which was offered `offered_epoch` on that link.
  void promised(int64_t server, const quorum::QuorumPacket& packet, const FakeDisk& disk,
                uint32_t offered_epoch);

 private:
  Story* story_;
  Records chosen_;
  zab::Membership membership_;  // by what was committed last
  std::map<uint32_t, int64_t> leaders_;
};

}  // namespace paddock::scenarios
