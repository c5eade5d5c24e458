// LearnerLinks: the connections of a leader to its learners, or of a follower to its observers, and how far
// each has come.
//
// Owner: Leading or ObserverMaster.
//
// Invariants
// 1. A server has at most one link: the newest. An older one is dead and has not noticed.
// 2. What is sent to a learner between its plan and UPTODATE, apart from the sync itself, waits in its queue
//    and leaves behind UPTODATE, in order. So no learner ever sees a COMMIT or an uncommitted PROPOSAL in
//    between, where releases of ZooKeeper trip over them (spec/quorum-protocol.md 7.5).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/zab/core.h"
#include "server/zab/sync_sender.h"

namespace paddock::zab {

struct LearnerLink {
  enum class Stage {
    arrived,    // nothing is known of it
    joined,     // FOLLOWERINFO is here; the epoch is not fixed
    promising,  // LEADERINFO has left
    promised,   // ACKEPOCH is here; a quorum of them is not
    syncing,    // the plan is made and carried out
    holding,    // NEWLEADER has left
    held,       // its ACK is here; the epoch is not in use
    active,     // UPTODATE has left
  };
  struct Queued {
    Zxid zxid;  // of a PROPOSAL, COMMIT or INFORM
    Bytes packet;
  };
  // The oldest PROPOSAL that is not acknowledged, and the newest: enough to notice a voter that has stopped.
  struct Unacknowledged {
    Zxid oldest;
    Instant oldest_sent;
    Zxid newest;
    Instant newest_sent;
  };

  LinkId id;
  ServerId server;
  bool observer = false;  // takes INFORM instead of PROPOSAL and COMMIT
  bool counts = false;    // a voter
  bool ours = false;      // a Paddock server: it can take a new epoch on while it serves (rule 9)
  // It was active, and the next epoch is being agreed on with it: it goes on to ask and to answer.
  bool renewing = false;
  bool waits_for_epoch = false;  // it knows a later configuration; it is to come again
  Stage stage = Stage::arrived;
  Zxid position;
  bool ahead =
      false;      // it holds what the leader lacks, and its promise counts once that is nothing that counts
  Instant heard;  // or, while the sync goes out, when it last made progress
  std::unique_ptr<SyncSender> sync;
  std::deque<Queued> queue;
  size_t queued_bytes = 0;
  std::optional<Unacknowledged> unacknowledged;
  // From UPTODATE on; before, no learner answers a PING.
  uint64_t pings_sent = 0;
  uint64_t pings_answered = 0;
  uint64_t round_ping = 0;  // the PING that the running sync round waits for
  uint64_t proof = 0;       // of a stranger: the round that has to be answered before its UPTODATE

  bool is_active() const { return stage == Stage::active; }
  bool is_serving() const { return is_active() || renewing; }
  // False: it was not asked.
  [[nodiscard]] bool answer_ping() {
    if (pings_answered == pings_sent) return false;
    ++pings_answered;
    return true;
  }
  // Takes part in the broadcast, maybe from behind its queue.
  bool takes_broadcast() const { return stage >= Stage::syncing; }
};

// A learner's packet, for the replica.
FromLearner passed_on(const LearnerLink& link, const quorum::QuorumPacket& packet);

class LearnerLinks {
 public:
  // `gone` is told of each link that ends, from whichever side: what came by it counts no more.
  LearnerLinks(Core& core, std::function<void(const LearnerLink&)> gone)
      : core_(core), gone_(std::move(gone)) {}

  LearnerLink& add(LinkId id);
  LearnerLink* find(LinkId id);
  LearnerLink* of_server(ServerId server);
  // The host says that it is gone.
  void lost(LearnerLink& link);
  void close(LearnerLink& link, std::string reason = {});
  void close_all();

  void send(LearnerLink& link, Bytes packet) { core_.send(link.id, std::move(packet)); }
  // PROPOSAL, COMMIT and INFORM: now, or behind UPTODATE. May mark the link as overfull; see drop_overfull().
  void broadcast(LearnerLink& link, Zxid zxid, const Bytes& packet);
  // REVALIDATE's answer or SYNC. While it renews, behind all of the sync; before it serves, nothing.
  void answer(LinkId id, quorum::PacketType type, Zxid zxid, const Bytes& data);
  // UPTODATE, and behind it the queue.
  void activate(LearnerLink& link);
  // Links whose queue grew beyond the limit are closed. Not while links are walked.
  void drop_overfull();

  template <class Visit>
  void for_each(Visit&& visit) {
    for (auto& [id, link] : links_) visit(link);
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [id, link] : links_) visit(link);
  }
  // Closes every link of which `condemned` says so.
  void close_if(const std::function<bool(const LearnerLink&)>& condemned);

 private:
  void flush(LearnerLink& link);

  Core& core_;
  const std::function<void(const LearnerLink&)> gone_;
  std::map<LinkId, LearnerLink> links_;
  bool overfull_ = false;
};

}  // namespace paddock::zab
