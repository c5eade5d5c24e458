// Configs: which configurations count on this server: the last one that it knows to be committed and, while a
// reconfiguration is under way, the one that was proposed behind it.
//
// Owner: Core. It does not change while reconfiguration is disabled.
//
// Which one decides what
//   every quorum (votes, epoch, NEWLEADER, following, sync)    both
//   the quorum of a proposal                                   both, from the reconfiguration itself on
//   who is a voter, whose acknowledgements are kept            of either
//   who is a candidate from the start                          the committed one; a voter of the proposed one
//                                                              alone only if nobody else holds as much, and
//                                                              not in every round (election.cpp)
//   whose promise counts though it holds more than the leader  nobody's; a voter of the proposed one alone if
//                                                              that cannot be committed (inherited.h)
//   who has the weight to lead                                 the committed one, which all its voters
//                                                              know; the proposed one for whom that does
//                                                              not name, and for whom no quorum can do
//                                                              without: if it holds more than all others,
//                                                              nobody else can lead
//   whom to connect to, and where                              the proposed one, then the committed one
//   follower or observer, client port, FOLLOWERINFO            the committed one
//   notifications                                              the committed one
//   NEWLEADER                                                  the proposed one if it is older than the
//                                                              epoch, else the committed one
//   what a reconfiguration starts from                         the committed one; it waits while one is
//                                                              proposed
//
// Where a configuration has two voters, one of them is a quorum by itself while rely_on() says so (oracle.h).
//
// ZooKeeper asks only the committed one for an epoch. Then a leader that has the reconfiguration in its log
// could open an epoch without those that committed something by the new configuration alone.
//
// Invariants
// 1. The committed version never decreases; the proposed one, if there is one, is above it.
// 2. Nobody proposes a reconfiguration before the last one is committed. So one that appears behind another
//    in a log proves that the other is committed: in this server's own log, or in its leader's; not behind a
//    snapshot that is to replace that log.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "protocol/base/ids.h"
#include "server/zab/membership.h"

namespace paddock::zab {

class Configs {
 public:
  explicit Configs(Membership committed) : committed_(std::move(committed)) {}

  const Membership& committed() const { return committed_; }
  // The committed one if nothing newer was proposed.
  const Membership& proposed() const { return proposed_ ? *proposed_ : committed_; }
  bool is_pending() const { return proposed_.has_value(); }

  bool is_voter(ServerId id) const;
  bool is_quorum(const std::set<ServerId>& acks) const;
  // By this configuration alone.
  bool is_quorum_of(const Membership& membership, const std::set<ServerId>& acks) const;
  // Whether `acks` commit a proposal of this zxid.
  bool is_quorum_for(Zxid zxid, const std::set<ServerId>& acks) const;
  // May win elections: a hierarchy has servers of weight 0.
  bool may_lead(ServerId id) const { return has_weight(id) || is_indispensable(id); }
  // Everybody knows that it may.
  bool has_weight(ServerId id) const;
  const Member* find(ServerId id) const;
  // Everybody of both.
  std::set<ServerId> everyone() const;

  // A reconfiguration is in the log here.
  void propose(const Membership& next);
  // NEWLEADER: what the leader wants to be in use with its epoch. Replaces what was proposed.
  void announce(const Membership& next);
  // Committed up to here.
  void commit_to(Zxid zxid);
  // Somebody knows it to be committed.
  void adopt(const Membership& known);
  // What was proposed is not in the log any more.
  void withdraw();

  // An oracle may choose between them.
  bool has_two_voters() const;
  // By the oracle's word this server is a quorum alone; nothing: no server is.
  void rely_on(std::optional<ServerId> sole) { sole_ = sole; }
  std::optional<ServerId> sole() const { return sole_; }

  // Another number after each change of a configuration.
  uint64_t revision() const { return revision_; }

 private:
  void commit();
  // The proposed configuration alone gives it weight, and there is no quorum without it.
  bool is_indispensable(ServerId id) const;

  Membership committed_;
  std::optional<Membership> proposed_;
  std::optional<ServerId> sole_;
  uint64_t revision_ = 0;
};

}  // namespace paddock::zab
