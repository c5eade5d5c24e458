// JavaPersonality: makes a server look to the others as Apache ZooKeeper does (3.8.0;
// spec/quorum-protocol.md), where that differs from what a Paddock server sends. The mind behind it is a
// Replica as every other; what it says between election and broadcast is said in Java's way. Only tests have
// it.
//
// As a follower
//   a position without an entry of the current epoch e is (e,0) in ACKEPOCH, while the process has served in
//   e and nothing was cut since; nothing is answered before UPTODATE; the protocol version is 0x10000. (Its
//   votes are a Paddock server's.)
// As a leader
//   a follower is in the broadcast as soon as its synchronisation is planned: it gets PROPOSALs of what is
//   outstanding before NEWLEADER, and PROPOSALs and COMMITs between NEWLEADER and UPTODATE;
//   a follower that has applied what the leader has committed, and not processed yet, is told to TRUNC it;
//   a SNAP names an earlier zxid than that of the state that follows (fuzzy), or the queue behind it begins
//   below what it names.
//
// Owner: the server; forgets all with its process.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/random.h"
#include "protocol/quorum/records.h"
#include "tests/sim/coverage.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

class JavaPersonality {
 public:
  // What it needs to know of its server at a moment.
  struct Mind {
    const DiskImage& log;  // all that the disk was asked for
    Zxid committed;
    bool leads = false;  // an established epoch
    std::function<StateImage()> state;
    std::function<void(Zxid from, Zxid to)> sends_fuzzy;
    // Whether an entry is durable at a quorum without the learner of this link. Java does not ask: it may
    // have the learner cut what was committed with its help, and a crash may then lose that.
    std::function<bool(Zxid, LinkId)> can_be_cut;
  };
  JavaPersonality(Coverage& coverage, Random random) : coverage_(coverage), random_(random) {}

  // What is sent instead of `packet`.
  std::vector<Bytes> outgoing(LinkId link, const quorum::QuorumPacket& packet, const Bytes& encoded,
                              const Mind& mind);
  // What is sent instead of a piece of a snapshot; nothing if none is.
  Bytes outgoing_piece(LinkId link, const Bytes& piece);
  // False: it is not listened to.
  bool incoming(LinkId link, const quorum::QuorumPacket& packet);
  // What a Java leader would have sent by now.
  std::vector<std::pair<LinkId, Bytes>> overdue(const Mind& mind);

  void link_ended(LinkId link) { links_.erase(link); }
  void process_ended();

 private:
  enum class Stage { before, planned, new_leader, up_to_date };
  struct Link {
    Stage stage = Stage::before;
    bool follower = false;  // of this leader
    bool hasty = false;     // it is in the broadcast early
    Zxid position;          // that the learner has named
    Zxid proposed;          // sent so far
    Zxid committed;
    std::optional<std::string> stream;  // instead of the snapshot's pieces
  };
  using Packets = std::vector<Bytes>;

  Packets open(LinkId id, Link& link, const quorum::QuorumPacket& packet, const Bytes& encoded,
               const Mind& mind);
  void catch_up(Link& link, const Mind& mind, Packets& packets);
  Bytes ack_epoch(const quorum::QuorumPacket& packet, const Bytes& encoded);
  Zxid lifted(Zxid position, int64_t epoch);

  Coverage& coverage_;
  Random random_;
  std::map<LinkId, Link> links_;
  uint32_t steady_epoch_ = 0;  // this process has served in it, and nothing was cut since
  uint32_t next_epoch_ = 0;    // of the NEWLEADER that was sent or received last
};

}  // namespace paddock::sim
