#include "server/zab/election.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "protocol/base/check.h"
#include "server/zab/mandate.h"
#include "server/zab/poll.h"
#include "server/zab/repeat_timer.h"
#include "server/zab/strangers.h"
#include "server/zab/vote.h"

namespace paddock::zab {
namespace {

using quorum::PeerState;

// Nobody comes here by counting elections; beyond it there would be no next round.
constexpr int64_t kLastRound = std::numeric_limits<int64_t>::max() / 2;

// In every so many rounds voters to be stand back whatever they hold; see Impl::answer_to().
constexpr int64_t kStandBackRounds = 4;

}  // namespace

struct Election::Impl {
  const Configs& configs;
  const ElectionOptions options;

  Position own;
  bool at_rest = true;  // before the first round, and between a role and the round after it
  int64_t round = 0;
  Vote vote;  // while looking the best one of this round; then the one that was decided on
  std::optional<ServerId> decided;
  std::optional<Mandate> mandate;
  std::optional<Instant> settled_at;  // a quorum agrees; at this time it need not wait any more

  Poll ballots;                      // of this round, our own among them
  Poll roles;                        // of those that follow or lead, of any round
  std::map<ServerId, Ballot> early;  // of those that looked while this server was at rest
  std::set<ServerId> forgetful;      // voters whose last word was zxid -1
  std::set<ServerId> down;           // refused or reset
  Strangers strangers;
  RepeatTimer repeat;
  bool blank = false;             // nothing was ever stored here
  bool defers = false;            // as the oracle wants it
  bool heard_of_history = false;  // a voter has named a position above 0 since the start of this process
  std::vector<NotificationOut> messages;

  Impl(const Configs& given, const ElectionOptions& chosen)
      : configs(given),
        options(chosen),
        strangers(chosen.min_repeat_ms),
        repeat(chosen.min_repeat_ms, chosen.max_repeat_ms) {}

  bool looking() const { return !decided; }
  bool is_self(ServerId id) const { return id == options.self; }
  bool observes() const { return configs.committed().is_observer(options.self); }
  // Also whom no configuration names that it knows: it may be a voter of one that was proposed, and the
  // leader that has it in its log needs this vote.
  bool votes() const { return (configs.is_voter(options.self) || !observes()) && own.zxid != kForgetful; }

  PeerState state() const {
    if (looking()) return PeerState::looking;
    if (is_self(*decided)) return PeerState::leading;
    return observes() || own.zxid == kForgetful ? PeerState::observing : PeerState::following;
  }

  Vote candidacy() const { return {options.self, own.zxid, own.epoch, round}; }
  Vote first_vote() const {
    if (configs.committed().is_voter(options.self)) return candidacy();
    return {ServerId{kNoOpinion}, Zxid{kNoOpinion}, kNoOpinion, round};
  }
  // A voter of the proposed configuration alone.
  bool is_voter_to_be(ServerId id) const { return configs.is_voter(id) && !configs.committed().is_voter(id); }

  // A voter to be stands back, for Java's servers cannot follow it; but not behind one that has less than it
  // holds, which could not lead without it. Unless the reconfiguration was lost by those without whom it
  // cannot have been committed: then they cannot follow whoever it names, and what that one holds more is
  // nothing (inherited.h). A vote does not show which it is, so both ways get their rounds.
  Vote answer_to(const Vote& theirs) const {
    const bool holds_more = std::tie(own.epoch, own.zxid) > std::tie(theirs.peer_epoch, theirs.zxid);
    const bool insists = is_voter_to_be(options.self) && holds_more && round % kStandBackRounds != 0;
    return insists ? candidacy() : first_vote();
  }

  // The best vote is for a voter to be. Those who vote already have had the time to see that, are enough for
  // a quorum, and enough of them name somebody else.
  bool is_deadlocked() const {
    if (!votes() || !is_voter_to_be(vote.leader) || !repeat.is_slow()) return false;
    const Membership& committed = configs.committed();
    return committed.is_quorum(ballots.everyone()) &&
           !committed.is_quorum(ballots.agreeing_with({vote, PeerState::looking, true}));
  }

  void let_them_stand_back(Now now) {
    enter_round((round / kStandBackRounds + 1) * kStandBackRounds);
    cast(first_vote(), now);
  }

  // A voter of the proposed configuration alone is nobody to those who do not know of it, and they may be
  // needed for a quorum of the committed one. A voter of that which names it knows of it.
  bool is_known(ServerId leader) const {
    const Membership& committed = configs.committed();
    return committed.is_voter(leader) ||
           ballots.names(leader, [&](ServerId by) { return !is_self(by) && committed.is_voter(by); });
  }

  // Of two that stand as far it is the one that everybody can vote for; Java's servers know no such
  // preference.
  bool is_better(const Vote& a, const Vote& b) const {
    if (configs.may_lead(a.leader) != configs.may_lead(b.leader)) return configs.may_lead(a.leader);
    const bool as_far = std::tie(a.peer_epoch, a.zxid) == std::tie(b.peer_epoch, b.zxid);
    if (as_far && configs.has_weight(a.leader) != configs.has_weight(b.leader))
      return configs.has_weight(a.leader);
    if (as_far && is_known(a.leader) != is_known(b.leader)) return is_known(a.leader);
    return ranks_above(a, b);
  }

  // --- Saying

  void send(ServerId to) {
    messages.push_back({to, {state(), vote.leader, vote.zxid, vote.round, vote.peer_epoch, 2, {}}});
  }

  template <class Visit>
  void for_each_other_voter(Visit&& visit) const {
    for (const ServerId id : configs.everyone()) {
      if (configs.is_voter(id) && !is_self(id)) visit(id);
    }
  }
  void send_to_all() {
    for_each_other_voter([this](ServerId id) { send(id); });
  }

  // A vote of this round that this server gives from now on.
  void cast(const Vote& chosen, Now now) {
    vote = chosen;
    vote.round = round;
    settled_at.reset();
    if (votes()) ballots.record(options.self, {vote, PeerState::looking, true});
    send_to_all();
    repeat.restart(now.monotonic);
  }

  // --- Looking

  void start(const Position& position, Now now) {
    PADDOCK_CHECK(round < kLastRound, "no election follows round {}", round);
    own = position;
    if (blank && heard_of_history) own = {0, kForgetful};
    decided.reset();
    mandate.reset();
    roles.clear();
    enter_round(round + 1);
    cast(first_vote(), now);
    at_rest = false;
    for (const auto& [from, ballot] : std::exchange(early, {})) {
      if (looking()) {
        hear_looking(from, ballot, now);
      } else {
        send(from);
      }
    }
    consider(now);
  }

  void withdraw() {
    at_rest = true;
    decided.reset();
    mandate.reset();
    early.clear();
  }

  void appoint(ServerId leader, const Position& position, Now now) {
    own = position;
    vote = {leader, own.zxid, own.epoch, round};
    decided = leader;
    settled_at.reset();
    std::set<ServerId> electors;
    for_each_other_voter([&](ServerId id) { electors.insert(id); });
    mandate.emplace(configs, options.self, vote, std::move(electors));
    at_rest = false;
    repeat.restart(now.monotonic);
    for (const auto& [from, ballot] : std::exchange(early, {})) send(from);
  }

  void enter_round(int64_t number) {
    round = number;
    ballots.clear();
  }

  void hear_looking(ServerId from, const Ballot& ballot, Now now) {
    // It had a role when it got our vote, and so dropped it.
    const bool missed_ours = roles.forget(from);
    if (!votes()) return;
    if (missed_ours || ballot.vote.round < round) send(from);
    // Who stands back has no opinion yet; its round counts.
    const bool names_somebody =
        configs.is_voter(ballot.vote.leader) || ballot.vote.leader.value == kNoOpinion;
    if (forgetful.count(from) == 0 && names_somebody) count(from, ballot, now);
    consider(now);
  }

  void count(ServerId from, const Ballot& ballot, Now now) {
    if (ballot.vote.round < round) return;
    const bool is_next = ballot.vote.round > round;
    if (is_next) enter_round(ballot.vote.round);
    ballots.record(from, ballot);
    if (is_next) {
      const Vote ours = answer_to(ballot.vote);
      const bool is_theirs = !means_former_self(ballot.vote) && is_better(ballot.vote, ours);
      cast(is_theirs ? ballot.vote : ours, now);
    } else if (!means_former_self(ballot.vote) && is_better(ballot.vote, vote)) {
      const Vote ours = answer_to(ballot.vote);
      cast(is_better(ours, ballot.vote) ? ours : ballot.vote, now);
    }
  }

  // It comes late, or from somebody who has heard of nothing since: taken over, it would be a vote for this
  // server at a position that it does not have.
  bool means_former_self(const Vote& theirs) const {
    return is_self(theirs.leader) &&
           std::tie(theirs.zxid, theirs.peer_epoch) != std::tie(own.zxid, own.epoch);
  }

  // Decides, or says when it will, if a quorum agrees with our vote.
  void consider(Now now) {
    if (!looking() || !votes()) return;
    std::set<ServerId> electors = ballots.agreeing_with({vote, PeerState::looking, true});
    if (!configs.may_lead(vote.leader) || !configs.is_quorum(electors)) {
      settled_at.reset();
      return;
    }
    if (!settled_at) settled_at = now.monotonic.plus_ms(options.settle_ms);
    if (everyone_spoke() || now.monotonic >= *settled_at) decide(vote, std::move(electors));
  }

  // Nobody is left who could say something better in this round.
  bool everyone_spoke() const {
    bool all = true;
    for_each_other_voter([&](ServerId id) {
      all = all && (ballots.has(id) || forgetful.count(id) > 0 || down.count(id) > 0);
    });
    return all;
  }

  void decide(const Vote& chosen, std::set<ServerId> electors) {
    vote = chosen;
    round = std::max(round, chosen.round);
    decided = chosen.leader;
    settled_at.reset();
    mandate.emplace(configs, options.self, vote, std::move(electors));
  }

  // --- Learning from those that have a role

  void hear_role(ServerId from, const Ballot& ballot, Now now) {
    if (!configs.is_voter(ballot.vote.leader) || forgetful.count(from) > 0) return;
    if (votes() && ballot.vote.round == round) {
      ballots.record(from, {ballot.vote, ballot.state, false});
      if (join_if_quorum(ballots, ballot, ballots.agreeing_with(ballot))) return;
    }
    roles.record(from, ballot);
    // A leader that lacks only this server has its quorum with it. Java waits for a quorum of others, so that
    // two servers which could serve wait for the third one, or for initLimit.
    std::set<ServerId> followers = roles.agreeing_with(ballot);
    if (votes()) followers.insert(options.self);
    if (join_if_quorum(roles, ballot, std::move(followers))) return;
    consider(now);
  }

  bool join_if_quorum(const Poll& poll, const Ballot& ballot, std::set<ServerId> agreeing) {
    // Whether it leads by this configuration or by the one before is for it to know: nothing is decided here.
    const bool is_quorum = configs.committed().is_quorum(agreeing) ||
                           configs.proposed().is_quorum(agreeing) || (defers && configs.has_two_voters());
    if (!is_quorum || !is_credible(poll, ballot.vote)) return false;
    const ServerId voted_for = vote.leader;
    decide(ballot.vote, std::move(agreeing));
    // It may have counted our vote, and would wait for us until initLimit.
    if (voted_for != ballot.vote.leader && !is_self(voted_for) && configs.is_voter(voted_for))
      send(voted_for);
    return true;
  }

  // A leader that does not say itself that it leads may be long gone. That we lead others can know before us,
  // but then they name the vote that we gave in this round: else they mean what we were before a restart.
  bool is_credible(const Poll& poll, const Vote& chosen) const {
    if (is_self(chosen.leader)) return votes() && chosen == candidacy();
    return poll.says_it_leads(chosen.leader);
  }

  // --- Everything that comes

  void receive(ServerId from, const Ballot& ballot, Now now) {
    if (is_self(from) || ballot.vote.round > kLastRound) return;
    down.erase(from);
    if (!configs.is_voter(from)) {
      const bool asks = ballot.looking() && !at_rest;
      if (asks && strangers.may_answer(from, ballot.vote, now.monotonic)) send(from);
      return;
    }
    note(from, ballot);
    if (blank && heard_of_history && !at_rest && looking() && votes()) start(own, now);
    if (at_rest) {
      if (ballot.looking()) early[from] = ballot;
      return;
    }
    if (looking()) {
      if (ballot.looking()) hear_looking(from, ballot, now);
      if (ballot.state == PeerState::following || ballot.state == PeerState::leading) {
        hear_role(from, ballot, now);
      }
      return;
    }
    if (mandate) mandate->hear(from, ballot, down);
    if (ballot.looking()) send(from);
  }

  void note(ServerId from, const Ballot& ballot) {
    if (ballot.vote.zxid == kForgetful) {
      forgetful.insert(from);
    } else {
      forgetful.erase(from);
    }
    // A leader that is established names the epoch that it leads; one that is not yet may be the first.
    const bool is_position = ballot.vote.zxid != kForgetful && ballot.vote.zxid.value != kNoOpinion;
    heard_of_history =
        heard_of_history || (is_position && (ballot.vote.zxid > Zxid{} || ballot.vote.peer_epoch > 0));
  }

  void peer_up(ServerId peer) {
    down.erase(peer);
    if (!at_rest && looking() && configs.is_voter(peer)) send(peer);
  }

  void peer_down(ServerId peer, Now now) {
    if (!down.insert(peer).second) return;
    roles.forget(peer);
    early.erase(peer);
    if (at_rest || !looking() || !votes()) return;
    if (vote.leader == peer) {
      start(own, now);  // a vote for it would outlive it, for all who took it over
    } else {
      consider(now);
    }
  }

  void tick(Now now) {
    if (at_rest || !looking()) return;
    if (repeat.ring(now.monotonic)) {
      if (is_deadlocked()) {
        let_them_stand_back(now);
      } else {
        send_to_all();
      }
    }
    consider(now);
  }

  std::optional<Instant> wake_at() const {
    if (at_rest || !looking()) return std::nullopt;
    return settled_at ? std::min(*settled_at, repeat.due()) : repeat.due();
  }
};

Election::Election(const Configs& configs, const ElectionOptions& options)
    : impl_(std::make_unique<Impl>(configs, options)) {}
Election::~Election() = default;

void Election::start(const Position& own, Now now, bool blank) {
  impl_->blank = blank;
  impl_->start(own, now);
}
void Election::appoint(ServerId leader, const Position& own, Now now) {
  impl_->appoint(leader, own, now);
}
bool Election::forgetful() const {
  return impl_->own.zxid == kForgetful;
}
void Election::withdraw() {
  impl_->withdraw();
}
void Election::receive(ServerId from, const quorum::Notification& message, Now now) {
  impl_->receive(from, ballot_of(message), now);
}
void Election::peer_up(ServerId peer, Now) {
  impl_->peer_up(peer);
}
void Election::peer_down(ServerId peer, Now now) {
  impl_->peer_down(peer, now);
}
void Election::defer(bool denied) {
  impl_->defers = denied;
}
void Election::tick(Now now) {
  impl_->tick(now);
}
std::optional<Instant> Election::wake_at() const {
  return impl_->wake_at();
}

bool Election::looking() const {
  return impl_->looking();
}
std::optional<ServerId> Election::decided() const {
  return impl_->decided;
}
void Election::epoch_in_use(uint32_t epoch) {
  PADDOCK_CHECK(!impl_->looking(), "epoch {} is in use by a server that looks for a leader", epoch);
  impl_->vote.peer_epoch = epoch;
  impl_->mandate.reset();
}
bool Election::deserted() const {
  return impl_->mandate && impl_->mandate->lost(impl_->down);
}
bool Election::overtaken() const {
  return impl_->blank && impl_->heard_of_history && !forgetful();
}
int64_t Election::round() const {
  return impl_->round;
}

std::vector<NotificationOut> Election::take_messages() {
  if (impl_->messages.empty()) return {};
  const std::string configuration = impl_->configs.committed().to_text();
  for (NotificationOut& each : impl_->messages) each.message.config = configuration;
  return std::exchange(impl_->messages, {});
}

}  // namespace paddock::zab
