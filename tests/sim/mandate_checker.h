// MandateChecker: what a server must have before it does a leader's work in an epoch (Z7).
//   It gives learners a history once a quorum of voters has promised it to follow nobody below the epoch, of
//   which none was ahead of it: what such a one holds may be committed, and would be cut.
//   It tells learners to serve (UPTODATE) once a quorum of voters holds the epoch's initial history.
// Promises last: a server that promises, and loses its disk or goes on to a later epoch, has promised all the
// same. (That what is promised is durable is Z10.)
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "protocol/base/ids.h"

namespace paddock::sim {

// Where a server's history stands: the epoch that it entered last, and its last entry.
struct Standing {
  uint32_t epoch = 0;
  Zxid last;

  // Who entered an epoch holds its initial history, whatever it has logged of it.
  bool is_ahead_of(const Standing& other) const {
    if (epoch != other.epoch) return epoch > other.epoch;
    return std::max(last, Zxid::of(epoch, 0)) > std::max(other.last, Zxid::of(epoch, 0));
  }
};

class MandateChecker {
 public:
  using Servers = std::set<ServerId>;

  // Whether voters among these are a quorum for a leader: of every configuration that it has to ask for this
  // epoch.
  using IsQuorum = std::function<bool(ServerId leader, uint32_t epoch, const Servers&)>;

  explicit MandateChecker(IsQuorum is_quorum) : is_quorum_(std::move(is_quorum)) {}

  // LEADERINFO leaves `leader`.
  void offers(ServerId leader, uint32_t epoch, Standing standing);
  // ACKEPOCH leaves `server`. One that says nothing of its epoch, having promised this one before, is none.
  void promises(ServerId server, ServerId leader, uint32_t epoch, Standing standing);
  // The ACK of NEWLEADER.
  void holds_history(ServerId server, uint32_t epoch) { holding_[epoch].insert(server); }

  // DIFF, TRUNC or SNAP leaves `leader`.
  void synchronizes(ServerId leader, uint32_t epoch) const;
  // UPTODATE leaves `leader`, which holds the history itself.
  void activates(ServerId leader, uint32_t epoch) const;

 private:
  struct Candidacy {
    Standing own;
    std::map<ServerId, Standing> promises;
  };
  IsQuorum is_quorum_;
  std::map<std::pair<ServerId, uint32_t>, Candidacy> candidacies_;
  std::map<uint32_t, Servers> holding_;
};

}  // namespace paddock::sim
