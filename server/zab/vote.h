// Vote and Ballot: what one server says in one notification, and when two of them mean the same
// (spec/quorum-protocol.md section 4).
#pragma once

#include <cstdint>
#include <limits>
#include <tuple>

#include "protocol/base/ids.h"
#include "protocol/quorum/records.h"

namespace paddock::zab {

// "This server should lead, which stood there, in this round."
struct Vote {
  ServerId leader;
  Zxid zxid;
  int64_t peer_epoch = 0;
  int64_t round = 0;
  friend bool operator==(const Vote&, const Vote&) = default;
};

// Of a server that may have forgotten a promise, or whose Java database was never initialised (rule 8).
inline constexpr Zxid kForgetful{-1};
// An observer has no opinion.
inline constexpr int64_t kNoOpinion = std::numeric_limits<int64_t>::min();

// The longer history first, then the larger id. Says nothing about rounds.
inline bool ranks_above(const Vote& a, const Vote& b) {
  return std::tie(a.peer_epoch, a.zxid, a.leader) > std::tie(b.peer_epoch, b.zxid, b.leader);
}

// A vote, and the state in which it was given.
struct Ballot {
  Vote vote;
  quorum::PeerState state = quorum::PeerState::looking;
  bool versioned = false;  // the 44+n form

  bool looking() const { return state == quorum::PeerState::looking; }
};

// Whether both name the same leader of the same epoch. Servers with a role may know the round and the zxid
// of their leader's election differently (one joined later), and with forms of different age even the epoch.
inline bool agree(const Ballot& a, const Ballot& b) {
  if (a.looking() || b.looking()) return a.vote == b.vote;
  if (a.vote.leader != b.vote.leader) return false;
  return a.versioned != b.versioned || a.vote.peer_epoch == b.vote.peer_epoch;
}

inline Ballot ballot_of(const quorum::Notification& message) {
  return {
      {message.leader, message.zxid, message.peer_epoch, message.round}, message.state, message.version > 0};
}

}  // namespace paddock::zab
