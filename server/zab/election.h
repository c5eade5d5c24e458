// Election: who leads next (spec/quorum-protocol.md sections 3 and 4; DESIGN.md rule 10). Fast leader
// election as an automaton, compatible with ZooKeeper's notifications. It only proposes: what makes a leader
// safe is discovery.
//
// Owner: the engine. It also answers the notifications of others while this server has a role, so it lives as
// long as the engine does.
//
// Invariants
// 1. The round never decreases.
// 2. A decision is made once a round, for a leader that a quorum of this round's votes names, or that has its
//    quorum of those that have a role already, the leader among them, and this server; or see defer().
// 3. A vote is not counted that names a server that may not lead (configs.h), or comes from one that is no
//    voter.
// 4. What a peer says never makes two servers answer each other without end.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/quorum/records.h"
#include "server/zab/configs.h"
#include "server/zab/ready.h"

namespace paddock::zab {

// Where a history stands, as votes compare it: the later current epoch, then the longer durable log. A server
// that may have forgotten a promise says zxid -1 (rule 8): nobody counts its vote, it never leads, and like
// an observer it follows only a leader that others follow already.
struct Position {
  uint32_t epoch = 0;
  Zxid zxid;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct ElectionOptions {
  ServerId self;
  // How long a quorum that agrees waits for voters that neither answered nor refused.
  int64_t settle_ms = 20;
  // A vote is repeated at doubling intervals until there is a decision. Java's longest is a minute, which is
  // how long a server may then stay away from a leader that was slow to get its epoch.
  int64_t min_repeat_ms = 200;
  int64_t max_repeat_ms = 1600;
};

class Election {
 public:
  // `configs` must outlive the election and may change between calls; is_voter(self) decides whether this
  // server votes or only learns who leads. It begins at rest, as after withdraw().
  Election(const Configs& configs, const ElectionOptions& options);
  ~Election();
  Election(const Election&) = delete;
  Election& operator=(const Election&) = delete;

  // A new round, whatever went before: this server looks for a leader. `blank`: nothing was ever stored here.
  // Such a server votes like any other until a voter names a position above 0; then it may have been wiped.
  void start(const Position& own, Now now, bool blank = false);
  // A committed reconfiguration has named the leader: that is this round's choice. See
  // Core::suggested_leader.
  void appoint(ServerId leader, const Position& own, Now now);
  // Its zxid is -1, or has become that.
  bool forgetful() const;
  // The role that followed has ended, and the next round waits for something. Until then this server answers
  // nobody: others would count on a role that is no more. Who looks meanwhile is heard at the start.
  void withdraw();
  // Of any server, at any time.
  void receive(ServerId from, const quorum::Notification& message, Now now);
  void peer_up(ServerId peer, Now now);
  // Refused or reset: it is not waited for, until it is up again or says something.
  void peer_down(ServerId peer, Now now);
  // The oracle denies this server to go alone (oracle.h): one of two voters that says it leads was let, so it
  // is followed whether or not anybody else does.
  void defer(bool denied);
  void tick(Now now);
  std::optional<Instant> wake_at() const;

  bool looking() const;
  // Whom this round chose (maybe this server itself); nothing while looking.
  std::optional<ServerId> decided() const;
  // The role that followed has its epoch: from now on answers carry it, or later joiners do not see equal
  // votes.
  void epoch_in_use(uint32_t epoch);
  // After a decision, until epoch_in_use(): the chosen server is gone or chose another, or those who chose
  // this one are looking again. To be asked after each notification, and by a learner when its leader cannot
  // be reached; then start() anew, for waiting helps nobody.
  bool deserted() const;
  // After a decision of a blank server: a voter has named a position above 0 since. Its vote may be that of a
  // server that was wiped, and a late notification of its former life may have answered it.
  bool overtaken() const;
  int64_t round() const;

  std::vector<NotificationOut> take_messages();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::zab
