// MandateChecker: what a server must have before it does a leader's work in an epoch (Z7).
//   It gives learners a history once a quorum of voters has promised it to follow nobody below the epoch, of
//   which none was ahead of it: what such a one holds may be committed, and would be cut. One that has no
//   vote yet, because the reconfiguration that gives it one is pending, may be ahead of it, if that is held
//   by so few that it cannot be committed: then nothing that came behind it is. It tells learners to serve
//   (UPTODATE) once a quorum of voters holds the epoch's initial history.
// Promises last: a server that promises, and loses its disk or goes on to a later epoch, has promised all the
// same. (That what is promised is durable is Z10.)
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "protocol/base/ids.h"
#include "server/zab/membership.h"

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
  // One that wants a snapshot says 0, whatever it has logged of its epoch.
  bool may_hold(Zxid entry) const {
    return last == Zxid{} ? epoch >= entry.epoch() : std::max(last, Zxid::of(epoch, 0)) >= entry;
  }
};

class MandateChecker {
 public:
  using Servers = std::set<ServerId>;

  // Whether voters among these are a quorum for a leader: of every configuration that it has to ask for this
  // epoch.
  using IsQuorum = std::function<bool(ServerId leader, uint32_t epoch, const Servers&)>;

  // A reconfiguration in the leader's history that nobody has committed, and what is in force until then.
  struct Pending {
    Zxid reconfig;
    zab::Membership before;
  };
  using FindPending = std::function<std::optional<Pending>(ServerId leader, uint32_t epoch)>;

  MandateChecker(IsQuorum is_quorum, FindPending find_pending)
      : is_quorum_(std::move(is_quorum)), find_pending_(std::move(find_pending)) {}

  // LEADERINFO leaves `leader`.
  void offers(ServerId leader, uint32_t epoch, Standing standing);
  // ACKEPOCH leaves `server`. One that says nothing of its epoch, having promised this one before, is none.
  void promises(ServerId server, ServerId leader, uint32_t epoch, Standing standing);
  // The ACK of NEWLEADER.
  void holds_history(ServerId server, uint32_t epoch) { holding_[epoch].insert(server); }

  // DIFF, TRUNC or SNAP leaves `leader`.
  void synchronizes(ServerId leader, uint32_t epoch);
  // UPTODATE leaves `leader`, which holds the history itself.
  void activates(ServerId leader, uint32_t epoch) const;

 private:
  struct Candidacy {
    Standing own;
    std::map<ServerId, Standing> promises;
    bool has_mandate = false;  // once and for all: then what was pending may be committed
  };
  Servers electors_of(ServerId leader, uint32_t epoch, const Candidacy& candidacy) const;

  IsQuorum is_quorum_;
  FindPending find_pending_;
  std::map<std::pair<ServerId, uint32_t>, Candidacy> candidacies_;
  std::map<uint32_t, Servers> holding_;
};

}  // namespace paddock::sim
