#include "server/zab/election.h"

#include <catch2/catch.hpp>
#include <limits>

#include "election_world.h"

namespace paddock::zab {
namespace {

using quorum::Notification;
using quorum::PeerState;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();  // no opinion

// One election alone, and what it says to each peer.
class Seat {
 public:
  explicit Seat(int64_t self, Membership membership = voters({1, 2, 3}))
      : configs_(std::move(membership)), election_(configs_, {ServerId{self}, 20, 200, 1600}) {}

  Election* operator->() { return &election_; }
  // A reconfiguration is in its log.
  void knows_of(const Membership& proposed) { configs_.propose(proposed); }
  // What was said since the last call, the last word to each.
  std::map<int64_t, Notification> said() {
    std::map<int64_t, Notification> words;
    for (NotificationOut& out : election_.take_messages()) words[out.to.value] = out.message;
    return words;
  }
  void start(uint32_t epoch = 0, Zxid zxid = {}) { election_.start({epoch, zxid}, at_ms(now_ms_)); }
  void hear(int64_t from, PeerState state, int64_t leader, Zxid zxid, int64_t round, int64_t epoch) {
    Notification message;
    message.state = state;
    message.leader = ServerId{leader};
    message.zxid = zxid;
    message.round = round;
    message.peer_epoch = epoch;
    hear(from, message);
  }
  void hear(int64_t from, const Notification& message) {
    election_.receive(ServerId{from}, message, at_ms(now_ms_));
  }
  void down(int64_t peer) { election_.peer_down(ServerId{peer}, at_ms(now_ms_)); }
  void up(int64_t peer) { election_.peer_up(ServerId{peer}, at_ms(now_ms_)); }
  void pass_ms(int64_t ms) {
    now_ms_ += ms;
    election_.tick(at_ms(now_ms_));
  }
  std::optional<int64_t> decision() const {
    const auto leader = election_.decided();
    return leader ? std::optional(leader->value) : std::nullopt;
  }

 private:
  Configs configs_;
  Election election_;
  int64_t now_ms_ = 0;
};

Notification vote(PeerState state, int64_t leader, Zxid zxid, int64_t round, int64_t epoch) {
  Notification message;
  message.state = state;
  message.leader = ServerId{leader};
  message.zxid = zxid;
  message.round = round;
  message.peer_epoch = epoch;
  message.config = voters({1, 2, 3}).to_text();
  return message;
}

const Zxid z1 = Zxid::of(1, 5);
const Zxid z2 = Zxid::of(2, 3);

}  // namespace

// --- Alone

TEST_CASE("an ensemble of one elects itself in its first breath") {
  Seat seat(1, membership_of_one(ServerId{1}));
  CHECK(seat->looking());
  seat.start();
  CHECK(seat.decision() == 1);
  CHECK(seat->round() == 1);
  CHECK(seat.said().empty());
  CHECK_FALSE(seat->wake_at());
}

TEST_CASE("before its first start a server neither asks nor answers, but it remembers what it heard") {
  Seat seat(1);
  seat.hear(2, PeerState::looking, 2, z2, 1, 2);
  seat.up(2);
  seat.pass_ms(1000);
  CHECK(seat.said().empty());
  CHECK_FALSE(seat->wake_at());
  seat->start({}, at_ms(2000), true);
  CHECK(seat->forgetful());
}

TEST_CASE("a server at rest answers nobody, and hears at its start who looked meanwhile") {
  Seat seat(3);
  seat.start(1, z1);
  seat.hear(1, PeerState::looking, 3, z1, 1, 1);
  seat.hear(2, PeerState::looking, 3, z1, 1, 1);
  REQUIRE(seat.decision() == 3);
  seat.said();
  seat->withdraw();
  CHECK(seat->looking());
  CHECK_FALSE(seat->wake_at());
  SECTION("two that agree make a quorum at once") {
    seat.hear(1, PeerState::looking, 3, z1, 2, 1);
    seat.hear(2, PeerState::looking, 3, z1, 2, 1);
    CHECK(seat.said().empty());
    CHECK(seat->looking());
    seat.start(1, z1);
    CHECK(seat.decision() == 3);
  }
  SECTION("one of a round before is told the new vote") {
    seat.hear(2, PeerState::looking, 2, z1, 1, 1);
    seat.start(1, z1);
    seat.said();
    CHECK(seat->looking());
  }
  SECTION("one of a later round takes us along") {
    seat.hear(2, PeerState::looking, 2, z2, 9, 2);
    seat.start(1, z1);
    CHECK(seat->round() == 9);
    CHECK(seat.said()[1].leader == ServerId{2});
  }
  SECTION("one that went down is forgotten") {
    seat.hear(1, PeerState::looking, 3, z1, 2, 1);
    seat.hear(2, PeerState::looking, 3, z1, 2, 1);
    seat.down(1);
    seat.down(2);
    seat.start(1, z1);
    CHECK(seat->looking());
  }
}

TEST_CASE("a round begins with a vote for oneself, said to every other voter") {
  Seat seat(1, with_observer(voters({1, 2, 3}), 4));
  seat.start(1, z1);
  auto words = seat.said();
  CHECK(words.size() == 2);
  for (const int64_t peer : {2, 3}) {
    Notification expected = vote(PeerState::looking, 1, z1, 1, 1);
    expected.config = with_observer(voters({1, 2, 3}), 4).to_text();
    CHECK(words[peer] == expected);
  }
}

// --- Which vote is better

TEST_CASE("a later epoch beats a longer log, a longer log beats a larger id") {
  struct Row {
    Position mine;
    int64_t leader;
    Position theirs;
    bool adopted;
  };
  const Row row = GENERATE(values<Row>({
      {{1, z1}, 3, {1, z1}, true},                // larger id
      {{1, z1}, 1, {1, z1}, false},               // smaller id
      {{1, z1}, 1, {1, z1.next()}, true},         // longer log, smaller id
      {{1, z1.next()}, 3, {1, z1}, false},        // shorter log, larger id
      {{1, Zxid::of(1, 900)}, 1, {2, z1}, true},  // later epoch, shorter log
  }));
  Seat seat(2);
  seat.start(row.mine.epoch, row.mine.zxid);
  seat.said();
  seat.hear(row.leader, PeerState::looking, row.leader, row.theirs.zxid, 1, row.theirs.epoch);
  if (row.adopted) {
    CHECK(seat.said()[1] == vote(PeerState::looking, row.leader, row.theirs.zxid, 1, row.theirs.epoch));
  } else {
    CHECK(seat.said().empty());
  }
}

TEST_CASE(
    "positions are compared as signed numbers, so an epoch that a peer makes up does not win by overflow") {
  Seat seat(2);
  seat.start(1, z1);
  seat.said();
  seat.hear(3, PeerState::looking, 3, Zxid{kMin}, 1, kMin);
  CHECK(seat.said().empty());
}

TEST_CASE("a server without weight is never voted for, however long its log") {
  Membership membership = voters({1, 2, 3});
  membership.hierarchical = true;
  for (auto& [id, member] : membership.members) member.group = 1;
  membership.members[ServerId{3}].weight = 0;
  SECTION("others keep their vote") {
    Seat seat(2, membership);
    seat.start(1, z1);
    seat.said();
    seat.hear(3, PeerState::looking, 3, z2, 1, 2);
    CHECK(seat.said().empty());
  }
  SECTION("and it takes over theirs") {
    Seat seat(3, membership);
    seat.start(2, z2);
    seat.said();
    seat.hear(2, PeerState::looking, 2, z1, 1, 1);
    CHECK(seat.said()[1].leader == ServerId{2});
  }
}

TEST_CASE("one whose weight is only proposed is voted for if it holds more and no quorum can do without it") {
  Membership committed = voters({1, 3});
  committed.hierarchical = true;
  for (auto& [id, member] : committed.members) member.group = 1;
  committed.members[ServerId{3}].weight = 0;
  Membership next = voters({1, 3});
  next.version = z1.value;
  Seat seat(1, committed);
  seat.knows_of(next);
  seat.start(1, z1);
  seat.said();
  SECTION("it holds more") {
    seat.hear(3, PeerState::looking, 3, z2, 1, 1);
    CHECK(seat.said()[3].leader == ServerId{3});
    CHECK(seat.decision() == 3);
  }
  SECTION("it holds as much") {
    seat.hear(3, PeerState::looking, 3, z1, 1, 1);
    CHECK(seat.said().empty());
  }
}

TEST_CASE("while a reconfiguration is under way, of two that stand as far everybody's voter is preferred") {
  Membership next = voters({1, 2, 3});
  next.version = z1.value;
  SECTION("it does not give way to one that only joins, though that has the larger id") {
    Seat seat(2, voters({1, 2}));
    seat.knows_of(next);
    seat.start(1, z1);
    seat.said();
    seat.hear(3, PeerState::looking, 3, z1, 2, 1);
    CHECK(seat.said()[1].leader == ServerId{2});
  }
  SECTION("but to one whom another voter names as well, as Java's servers do") {
    Seat seat(2, voters({1, 2}));
    seat.knows_of(next);
    seat.start(1, z1);
    seat.hear(3, PeerState::looking, 3, z1, 2, 1);
    seat.hear(1, PeerState::looking, 3, z1, 2, 1);
    CHECK(seat.said()[1].leader == ServerId{3});
  }
  SECTION("and to one that holds more") {
    Seat seat(2, voters({1, 2}));
    seat.knows_of(next);
    seat.start(1, z1);
    seat.said();
    seat.hear(3, PeerState::looking, 3, z1.next(), 2, 1);
    CHECK(seat.said()[1].leader == ServerId{3});
  }
  SECTION("one that joins takes back that it held more than the others") {
    Seat seat(3, voters({1, 2}));
    seat.knows_of(next);
    seat.start(1, z1);
    seat.hear(1, PeerState::looking, 1, Zxid::of(1, 1), 1, 1);
    CHECK(seat.said()[1].leader == ServerId{3});
    seat.hear(2, PeerState::looking, 2, z1, 1, 1);
    CHECK(seat.said()[1].leader == ServerId{2});
  }
}

// A notification of a link that was held up for long: it is voted for as what it was when that was sent.
TEST_CASE("a vote for this server at a position that it no longer has is not taken over") {
  Membership next = voters({1, 2, 3});
  next.version = z1.value;
  Seat seat(3, voters({1, 2}));
  seat.knows_of(next);
  seat.start(2, z2);
  seat.said();
  SECTION("not in the rounds in which one that joins stands back") {
    seat.hear(1, PeerState::looking, 3, z1, 4, 1);
    const Notification said = seat.said()[1];
    CHECK(said.leader == ServerId{kMin});
    CHECK(said.round == 4);
  }
  SECTION("nor in the others") {
    seat.hear(1, PeerState::looking, 3, z1, 5, 1);
    const Notification said = seat.said()[1];
    CHECK(said.leader == ServerId{3});
    CHECK(said.zxid == z2);
  }
  SECTION("but one for what it holds is") {
    seat.hear(1, PeerState::looking, 3, z2, 4, 2);
    CHECK(seat.said()[1].leader == ServerId{3});
  }
}

// Server 1 has lost the reconfiguration from {1, 4} to {2}; server 4 holds it, and server 2 what came behind.
TEST_CASE("a voter to be that its voters do not know stands back from what it holds more, for a round") {
  const Zxid reconfig = Zxid::of(2, 1), more = Zxid::of(2, 8);
  Membership next = voters({2});
  next.version = reconfig.value;
  Seat seat(2, voters({1, 4}));
  seat.knows_of(next);
  seat.start(2, more);
  seat.hear(4, PeerState::looking, 2, more, 1, 2);
  const auto pass_all_repeats = [&] {
    for (const int64_t interval_ms : {200, 400, 800}) seat.pass_ms(interval_ms);
  };

  SECTION("server 1 votes for server 4, which votes for this one") {
    seat.hear(1, PeerState::looking, 4, reconfig, 1, 2);
    seat.pass_ms(200);
    seat.pass_ms(400);
    CHECK(seat.said()[4].leader == ServerId{2});
    seat.pass_ms(800);
    CHECK(seat.said()[4].leader == ServerId{kMin});
    CHECK(seat->round() == 4);
    seat.hear(4, PeerState::looking, 4, reconfig, 4, 2);
    CHECK(seat.said()[4].leader == ServerId{4});
    SECTION("and if that comes to nothing, it insists again") {
      seat.hear(4, PeerState::looking, 4, reconfig, 5, 2);
      CHECK(seat.said()[4].leader == ServerId{2});
    }
  }
  SECTION("server 1 is not there: nobody could lead") {
    pass_all_repeats();
    CHECK(seat->round() == 1);
  }
  SECTION("server 1 knows it") {
    seat.hear(1, PeerState::looking, 2, more, 1, 2);
    pass_all_repeats();
    CHECK(seat->round() == 1);
    CHECK(seat.decision() == 2);
  }
}

// --- Rounds

TEST_CASE("a higher round is entered with the better of its vote and our own") {
  Seat seat(2);
  seat.start(1, z1);
  seat.said();
  SECTION("ours") {
    seat.hear(1, PeerState::looking, 1, z1, 7, 1);
    CHECK(seat.said()[3] == vote(PeerState::looking, 2, z1, 7, 1));
  }
  SECTION("its") {
    seat.hear(3, PeerState::looking, 3, z1, 7, 1);
    CHECK(seat.said()[1] == vote(PeerState::looking, 3, z1, 7, 1));
  }
  CHECK(seat->round() == 7);
}

TEST_CASE("votes of the round before count for nothing in the next one") {
  Seat seat(2, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(1, PeerState::looking, 2, {}, 1, 0);
  seat.hear(3, PeerState::looking, 3, {}, 2, 0);
  seat.hear(4, PeerState::looking, 2, {}, 1, 0);
  seat.pass_ms(100);
  CHECK(seat->looking());
}

TEST_CASE("a lower round is told our vote, and not counted") {
  Seat seat(2);
  seat.start();
  seat.start();
  seat.said();
  seat.hear(3, PeerState::looking, 3, {}, 1, 0);
  auto words = seat.said();
  CHECK(words.size() == 1);
  CHECK(words[3] == vote(PeerState::looking, 2, {}, 2, 0));
  seat.pass_ms(100);
  CHECK(seat->looking());
}

TEST_CASE("a round at the end of all numbers is not entered") {
  Seat seat(2);
  seat.start();
  seat.hear(3, PeerState::looking, 3, {}, std::numeric_limits<int64_t>::max(), 0);
  seat.hear(3, PeerState::leading, 3, {}, std::numeric_limits<int64_t>::max(), 0);
  CHECK(seat->round() == 1);
  seat.start();
  CHECK(seat->round() == 2);
}

// --- Deciding (DESIGN.md rule 10)

TEST_CASE("rule 10: a quorum decides at once when every other voter has answered in this round") {
  Seat seat(3);
  seat.start();
  seat.hear(1, PeerState::looking, 1, {}, 1, 0);
  CHECK(seat->looking());
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  CHECK(seat.decision() == 3);
}

TEST_CASE("rule 10: a quorum decides at once when the silent voter is known to be down") {
  Seat seat(3);
  seat.start();
  seat.down(1);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  CHECK(seat.decision() == 3);
}

TEST_CASE("rule 10: a silent voter that may be there is waited for 20 ms, not longer") {
  Seat seat(3);
  seat.start();
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  CHECK(seat->wake_at() == at_ms(20).monotonic);
  seat.pass_ms(19);
  CHECK(seat->looking());
  SECTION("the time is over") {
    seat.pass_ms(1);
    CHECK(seat.decision() == 3);
  }
  SECTION("it turns out to be down") {
    seat.down(1);
    CHECK(seat.decision() == 3);
  }
  SECTION("it answers") {
    seat.hear(1, PeerState::looking, 3, {}, 1, 0);
    CHECK(seat.decision() == 3);
  }
}

TEST_CASE("rule 10: a better vote within the 20 ms is taken over, and the wait begins anew") {
  Seat seat(2, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(1, PeerState::looking, 2, {}, 1, 0);
  seat.hear(3, PeerState::looking, 2, {}, 1, 0);
  seat.pass_ms(19);
  seat.hear(4, PeerState::looking, 4, {}, 1, 0);
  seat.hear(1, PeerState::looking, 4, {}, 1, 0);
  seat.pass_ms(19);
  CHECK(seat->looking());
  seat.pass_ms(1);
  CHECK(seat.decision() == 4);
}

TEST_CASE("rule 10: a voter that was down and says something is waited for again") {
  Seat seat(3);
  seat.start();
  seat.down(1);
  seat.hear(1, PeerState::looking, 1, {}, 0, 0);  // of an old round: it will come to ours
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  CHECK(seat->looking());
}

TEST_CASE("no majority, no decision, however long it takes") {
  Seat seat(3, voters({1, 2, 3, 4, 5}));
  seat.start();
  for (const int64_t peer : {1, 2, 4}) seat.down(peer);
  seat.hear(5, PeerState::looking, 5, {}, 1, 0);
  seat.pass_ms(60000);
  CHECK(seat->looking());
}

TEST_CASE("what an observer or a stranger votes is not counted") {
  Seat seat(2, with_observer(voters({1, 2, 3}), 4));
  seat.start();
  seat.hear(4, PeerState::looking, 2, {}, 1, 0);
  seat.hear(9, PeerState::looking, 2, {}, 1, 0);
  seat.hear(3, PeerState::looking, 9, z2, 1, 2);  // and nobody votes for a stranger
  seat.pass_ms(100);
  CHECK(seat->looking());
  CHECK(seat.said()[1].leader == ServerId{2});
}

TEST_CASE("a hierarchical ensemble decides by won groups") {
  Membership membership = voters({1, 2, 3, 4, 5, 6, 7, 8, 9});
  membership.hierarchical = true;
  for (auto& [id, member] : membership.members) member.group = (id.value + 2) / 3;
  Seat seat(9, membership);
  seat.start();
  for (const int64_t peer : {1, 4, 7, 2}) seat.hear(peer, PeerState::looking, 9, {}, 1, 0);
  seat.pass_ms(30);  // groups 1 and 3 of three
  CHECK(seat.decision() == 9);
}

TEST_CASE("five of nine are no quorum if they win one group of three") {
  Membership membership = voters({1, 2, 3, 4, 5, 6, 7, 8, 9});
  membership.hierarchical = true;
  for (auto& [id, member] : membership.members) member.group = (id.value + 2) / 3;
  Seat seat(9, membership);
  seat.start();
  for (const int64_t peer : {1, 4, 7, 8}) seat.hear(peer, PeerState::looking, 9, {}, 1, 0);
  seat.pass_ms(1000);
  CHECK(seat->looking());
}

// --- Repeating

TEST_CASE("a vote is said again at doubling intervals until there is a decision") {
  Seat seat(1);
  seat.start();
  seat.said();
  std::vector<int64_t> said_at;
  for (int64_t ms = 1; ms <= 5000; ++ms) {
    seat.pass_ms(1);
    if (!seat.said().empty()) said_at.push_back(ms);
  }
  CHECK(said_at == std::vector<int64_t>{200, 600, 1400, 3000, 4600});
}

TEST_CASE("a new connection is told our vote, for what was said before may be lost") {
  Seat seat(1);
  seat.start();
  seat.said();
  seat.up(2);
  CHECK(seat.said().count(2) == 1);
}

TEST_CASE("a voter that had a role when it got our vote is told it again when it looks itself") {
  Seat seat(3);
  seat.start();
  seat.hear(2, PeerState::following, 1, {}, 1, 1);
  seat.said();
  seat.hear(2, PeerState::looking, 2, {}, 1, 0);
  CHECK(seat.said()[2] == vote(PeerState::looking, 3, {}, 1, 0));
}

TEST_CASE("a vote for a server that goes down does not outlive it: a new round begins") {
  Seat seat(1);
  seat.start(1, z1);
  seat.hear(3, PeerState::looking, 3, z1, 1, 1);
  seat.said();
  seat.down(3);
  CHECK(seat->round() == 2);
  CHECK(seat.said()[2] == vote(PeerState::looking, 1, z1, 2, 1));
}

// --- Those that have a role already

TEST_CASE("a server that joins follows a leader that a quorum names, the leader itself among them") {
  const int64_t their_round = GENERATE(1, 5);
  Seat seat(1);
  seat.start(0, {});
  seat.hear(2, PeerState::following, 3, z1, their_round, 2);
  CHECK(seat->looking());
  seat.hear(3, PeerState::leading, 3, z1, their_round, 2);
  CHECK(seat.decision() == 3);
}

TEST_CASE("a leader of whom only others speak may be long gone") {
  Seat seat(1);
  seat.start();
  seat.hear(2, PeerState::following, 3, z1, 5, 2);
  seat.hear(3, PeerState::following, 3, z1, 5, 2);  // says itself that it does not lead
  CHECK(seat->looking());
  Seat other(1, voters({1, 2, 3, 4, 5}));
  other.start();
  for (const int64_t peer : {2, 3, 4}) other.hear(peer, PeerState::following, 5, z1, 5, 2);
  CHECK(other->looking());
}

TEST_CASE("what a leader said before it went down is forgotten") {
  Seat seat(1, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(5, PeerState::leading, 5, z1, 5, 2);
  seat.down(5);
  for (const int64_t peer : {2, 3, 4}) seat.hear(peer, PeerState::following, 5, z1, 5, 2);
  CHECK(seat->looking());
}

TEST_CASE("followers that learned of the leader in different rounds still agree on it") {
  Seat seat(1, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(5, PeerState::leading, 5, z1, 5, 2);
  seat.hear(4, PeerState::following, 5, z1, 5, 2);
  seat.hear(3, PeerState::following, 5, z2, 9, 2);
  CHECK(seat.decision() == 5);
}

TEST_CASE("a leader that lacks only this server is followed: it has its quorum with it") {
  Seat seat(1, voters({1, 2, 3, 4, 5}));
  seat.start(1, z1);
  seat.hear(5, PeerState::leading, 5, z1, 5, 2);
  CHECK(seat->looking());
  seat.hear(4, PeerState::following, 5, z1, 5, 2);
  CHECK(seat.decision() == 5);
}

TEST_CASE("who joins a leader tells the one that it had voted for, which may have counted the vote") {
  Seat seat(1, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(4, PeerState::looking, 4, {}, 1, 0);
  seat.hear(5, PeerState::leading, 5, z1, 5, 2);
  seat.said();
  seat.hear(3, PeerState::following, 5, z1, 5, 2);
  REQUIRE(seat.decision() == 5);
  auto words = seat.said();
  CHECK(words.size() == 1);
  CHECK(words[4] == [] {
    Notification expected = vote(PeerState::following, 5, z1, 5, 2);
    expected.config = voters({1, 2, 3, 4, 5}).to_text();
    return expected;
  }());
}

TEST_CASE("an observer is nobody's quorum: it waits for one of voters") {
  Seat seat(4, with_observer(voters({1, 2, 3}), 4));
  seat.start(1, z1);
  seat.hear(3, PeerState::leading, 3, z1, 5, 2);
  CHECK(seat->looking());
  seat.hear(1, PeerState::following, 3, z1, 5, 2);
  CHECK(seat.decision() == 3);
}

TEST_CASE("followers of the same server in different epochs do not agree, unless one speaks the old form") {
  Seat seat(1, voters({1, 2, 3, 4, 5, 6, 7}));
  seat.start();
  seat.hear(5, PeerState::leading, 5, z1, 5, 2);
  seat.hear(4, PeerState::following, 5, z1, 5, 2);
  seat.hear(3, PeerState::following, 5, z1, 5, 1);
  CHECK(seat->looking());
  Notification old_form = vote(PeerState::following, 5, z1, 5, 1);
  old_form.version = 0;
  seat.hear(3, old_form);
  CHECK(seat.decision() == 5);
}

TEST_CASE("voters that are observing are no followers") {
  Seat seat(1, voters({1, 2, 3, 4, 5}));
  seat.start();
  seat.hear(3, PeerState::leading, 3, z1, 5, 2);
  seat.hear(2, PeerState::observing, 3, z1, 5, 2);
  seat.pass_ms(100);
  CHECK(seat->looking());
}

TEST_CASE("others can know before us that we lead, if they name the vote that we gave in this round") {
  Seat seat(3);
  seat.start(1, z1);
  seat.hear(2, PeerState::following, 3, z1, 1, 1);
  CHECK(seat.decision() == 3);
}

TEST_CASE("a leader that restarts does not believe those who still follow what it was") {
  Seat seat(3, voters({1, 2, 3}));
  seat.start(2, Zxid::of(2, 9));
  seat.hear(1, PeerState::following, 3, z1, 1, 2);
  seat.hear(2, PeerState::following, 3, z1, 1, 2);
  CHECK(seat->looking());
}

// --- Answering

TEST_CASE(
    "a server with a role answers those who look with the vote it decided on, in the epoch of that leader") {
  Seat seat(3);
  seat.start(1, z1);
  seat.hear(1, PeerState::looking, 3, z1, 1, 1);
  seat.hear(2, PeerState::looking, 3, z1, 1, 1);
  seat.said();
  seat.hear(1, PeerState::looking, 1, z1, 9, 1);
  CHECK(seat.said()[1] == vote(PeerState::leading, 3, z1, 1, 1));
  seat->epoch_in_use(2);
  seat.hear(1, PeerState::looking, 1, z1, 9, 1);
  auto words = seat.said();
  CHECK(words.size() == 1);
  CHECK(words[1] == vote(PeerState::leading, 3, z1, 1, 2));
  CHECK(seat.decision() == 3);
}

TEST_CASE("a server that joined answers with the round and the position of the election that it joined") {
  Seat seat(1);
  seat.start(0, {});
  seat.hear(2, PeerState::following, 3, z1, 7, 2);
  seat.hear(3, PeerState::leading, 3, z1, 7, 2);
  seat.said();
  seat.hear(2, PeerState::looking, 2, z2, 8, 2);
  CHECK(seat.said()[2] == vote(PeerState::following, 3, z1, 7, 2));
}

TEST_CASE("a server with a role does not answer others that have one") {
  Seat seat(3);
  seat.start();
  seat.hear(1, PeerState::looking, 3, {}, 1, 0);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  seat.said();
  seat.hear(1, PeerState::following, 3, {}, 1, 0);
  seat.hear(2, PeerState::leading, 2, {}, 1, 0);
  CHECK(seat.said().empty());
}

TEST_CASE("observers and strangers that ask are answered at once, looking or not") {
  Seat seat(3);
  seat.start(1, z1);
  seat.said();
  const int64_t stranger = GENERATE(4, -7, 99);
  seat.hear(stranger, PeerState::looking, kMin, Zxid{kMin}, 4, kMin);
  CHECK(seat.said()[stranger] == vote(PeerState::looking, 3, z1, 1, 1));
  CHECK(seat->round() == 1);
  seat.hear(1, PeerState::looking, 3, z1, 1, 1);
  seat.hear(2, PeerState::looking, 3, z1, 1, 1);
  seat.said();
  seat.hear(stranger, PeerState::looking, kMin, Zxid{kMin}, 5, kMin);
  CHECK(seat.said()[stranger] == vote(PeerState::leading, 3, z1, 1, 1));
}

TEST_CASE("the same words of a stranger are not answered faster than a vote is repeated") {
  Seat seat(3);
  seat.start();
  seat.said();
  int answers = 0;
  for (int i = 0; i < 1000; ++i) {
    seat.hear(9, PeerState::looking, 9, {}, 1, 0);
    answers += static_cast<int>(seat.said().count(9));
  }
  CHECK(answers == 1);
  seat.pass_ms(200);
  seat.hear(9, PeerState::looking, 9, {}, 1, 0);
  CHECK(seat.said().count(9) == 1);
}

TEST_CASE("two servers that do not know each other come to rest") {
  const Configs left(voters({1, 2}));
  const Configs right(voters({8, 9}));
  Election one(left, {ServerId{1}, 20, 200, 1600});
  Election nine(right, {ServerId{9}, 20, 200, 1600});
  one.start({}, at_ms(0));
  nine.start({}, at_ms(0));
  one.take_messages();
  nine.take_messages();
  one.receive(ServerId{9}, vote(PeerState::looking, 9, {}, 1, 0), at_ms(0));
  int messages = 0;
  for (bool busy = true; busy && messages < 100;) {
    busy = false;
    for (const NotificationOut& out : one.take_messages()) {
      nine.receive(ServerId{1}, out.message, at_ms(0));
      busy = true;
      ++messages;
    }
    for (const NotificationOut& out : nine.take_messages()) {
      one.receive(ServerId{9}, out.message, at_ms(0));
      busy = true;
      ++messages;
    }
  }
  CHECK(messages < 5);
}

// --- Observers

TEST_CASE("an observer has no opinion, asks the voters, and follows whom a quorum of them follows") {
  const Membership membership = with_observer(voters({1, 2, 3}), 4);
  Seat seat(4, membership);
  seat.start(1, z1);
  Notification question = vote(PeerState::looking, kMin, Zxid{kMin}, 1, kMin);
  question.config = membership.to_text();
  auto words = seat.said();
  CHECK(words.size() == 3);
  CHECK(words[2] == question);

  seat.hear(1, PeerState::looking, 3, z1, 9, 1);
  seat.hear(2, PeerState::looking, 3, z1, 9, 1);
  seat.hear(3, PeerState::looking, 3, z1, 9, 1);
  CHECK(seat->looking());
  CHECK(seat->round() == 1);
  CHECK(seat.said().empty());
  seat.pass_ms(200);
  CHECK(seat.said().size() == 3);

  seat.hear(1, PeerState::following, 3, z1, 9, 2);
  seat.hear(3, PeerState::leading, 3, z1, 9, 2);
  CHECK(seat.decision() == 3);
  seat.said();
  seat.hear(1, PeerState::looking, 1, z1, 10, 1);
  CHECK(seat.said()[1].state == PeerState::observing);
}

// --- Rule 8: zxid -1

TEST_CASE("rule 8: a vote of zxid -1 is not counted, but its sender is told ours if its round is old") {
  Seat seat(3);
  seat.start();
  seat.start();
  seat.down(1);
  seat.said();
  seat.hear(2, PeerState::looking, 2, Zxid{-1}, 1, 0);
  CHECK(seat.said().count(2) == 1);
  seat.hear(2, PeerState::looking, 3, Zxid{-1}, 2, 0);
  seat.pass_ms(1000);
  CHECK(seat->looking());
}

TEST_CASE("rule 8: a voter that says zxid -1 is not waited for") {
  Seat seat(3);
  seat.start();
  seat.hear(1, PeerState::looking, 1, Zxid{-1}, 1, 0);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  CHECK(seat.decision() == 3);
}

TEST_CASE("rule 8: a server that may have forgotten a promise decides nothing with others who look") {
  Seat seat(3);
  seat.start(0, Zxid{-1});
  CHECK(seat.said()[1] == vote(PeerState::looking, 3, Zxid{-1}, 1, 0));
  seat.hear(1, PeerState::looking, 3, {}, 1, 0);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  seat.pass_ms(1000);
  CHECK(seat->looking());
}

TEST_CASE("rule 8: nor is it made a leader by those who still follow it") {
  Seat seat(3);
  seat.start(0, Zxid{-1});
  seat.hear(1, PeerState::following, 3, Zxid{-1}, 1, 0);
  seat.hear(2, PeerState::following, 3, Zxid{-1}, 1, 0);
  seat.hear(1, PeerState::following, 3, {}, 1, 0);
  seat.hear(2, PeerState::following, 3, {}, 1, 0);
  CHECK(seat->looking());
}

TEST_CASE("rule 8: it follows a leader that has its quorum without it") {
  Seat seat(3);
  seat.start(0, Zxid{-1});
  seat.hear(2, PeerState::leading, 2, z1, 4, 2);
  CHECK(seat->looking());
  seat.hear(1, PeerState::following, 2, z1, 4, 2);
  seat.hear(2, PeerState::leading, 2, z1, 4, 2);
  CHECK(seat.decision() == 2);
}

TEST_CASE("rule 8: an ensemble of one that may have forgotten a promise does not lead") {
  Seat seat(1, membership_of_one(ServerId{1}));
  seat.start(0, Zxid{-1});
  seat.pass_ms(1000);
  CHECK(seat->looking());
}

TEST_CASE("rule 8: an empty directory votes until a voter names a position above 0") {
  Seat seat(1, with_observer(voters({1, 2, 3}), 4));
  seat->start({}, at_ms(0), true);
  seat.said();
  seat.hear(4, PeerState::looking, kMin, Zxid{kMin}, 1, kMin);
  seat.hear(2, PeerState::looking, 2, Zxid{-1}, 1, 0);
  CHECK_FALSE(seat->forgetful());
  SECTION("a leader that has no epoch yet may be the first") {
    seat.hear(3, PeerState::leading, 3, Zxid{}, 1, 0);
    seat.hear(2, PeerState::following, 3, Zxid{}, 1, 0);
    CHECK_FALSE(seat->forgetful());
    CHECK(seat.decision() == 3);
  }
  SECTION("not even the vote that tells it is taken over") {
    seat.said();
    seat.hear(3, PeerState::looking, 3, z1, 1, 1);
    CHECK(seat->forgetful());
    for (const NotificationOut& said : seat->take_messages()) CHECK(said.message.zxid == Zxid{-1});
    seat.pass_ms(1000);
    CHECK(seat->looking());
  }
  SECTION("an epoch in which nothing was logged is above 0") {
    seat.hear(3, PeerState::leading, 3, Zxid{}, 1, 1);
    CHECK(seat->forgetful());
    CHECK(seat->looking());
    seat.hear(2, PeerState::following, 3, Zxid{}, 1, 1);
    CHECK(seat.decision() == 3);
  }
  SECTION("what was heard is remembered over rounds and roles") {
    seat.hear(2, PeerState::looking, 2, z2, 1, 2);
    seat->withdraw();
    seat->start({}, at_ms(5), true);
    CHECK(seat->forgetful());
    seat->start({2, z2}, at_ms(6), false);
    CHECK_FALSE(seat->forgetful());
  }
}

// --- A decision that does not stand

TEST_CASE("a follower is deserted when the server it chose chooses another, or dies before it has an epoch") {
  Seat seat(1);
  seat.start();
  seat.hear(3, PeerState::looking, 3, {}, 1, 0);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  REQUIRE(seat.decision() == 3);
  SECTION("it says its vote again") {
    seat.hear(3, PeerState::looking, 3, {}, 1, 0);
    CHECK_FALSE(seat->deserted());
  }
  SECTION("it says that it leads") {
    seat.hear(3, PeerState::leading, 3, {}, 1, 0);
    CHECK_FALSE(seat->deserted());
  }
  SECTION("it looks in another round") {
    seat.hear(3, PeerState::looking, 3, {}, 2, 0);
    CHECK(seat->deserted());
  }
  SECTION("it follows another") {
    seat.hear(3, PeerState::following, 2, {}, 1, 0);
    CHECK(seat->deserted());
  }
  SECTION("it goes down, until it is up again") {
    seat.down(3);
    CHECK(seat->deserted());
    seat.up(3);
    CHECK_FALSE(seat->deserted());
  }
  SECTION("once its epoch is in use the links of the engine say what is") {
    seat->epoch_in_use(1);
    seat.down(3);
    seat.hear(3, PeerState::looking, 3, {}, 2, 0);
    CHECK_FALSE(seat->deserted());
  }
}

TEST_CASE("a leader without an epoch is deserted when those who look leave it no quorum") {
  Seat seat(3);
  seat.start();
  seat.hear(1, PeerState::looking, 1, {}, 1, 0);
  seat.hear(2, PeerState::looking, 3, {}, 1, 0);
  REQUIRE(seat.decision() == 3);
  SECTION("the third one looks: the second is still there") {
    seat.hear(1, PeerState::looking, 1, {}, 1, 0);
    CHECK_FALSE(seat->deserted());
  }
  SECTION("the second says its vote again") {
    seat.hear(2, PeerState::looking, 3, {}, 1, 0);
    CHECK_FALSE(seat->deserted());
  }
  SECTION("the second looks in a round of its own") {
    seat.hear(2, PeerState::looking, 2, {}, 2, 0);
    CHECK(seat->deserted());
  }
  SECTION("the second has joined another leader") {
    seat.hear(2, PeerState::following, 1, {}, 1, 0);
    CHECK(seat->deserted());
  }
  SECTION("the second is down, and nobody else looks: it may only have changed its connection") {
    seat.down(2);
    CHECK_FALSE(seat->deserted());
    SECTION("the third one looks") {
      seat.hear(1, PeerState::looking, 1, {}, 1, 0);
      CHECK(seat->deserted());
    }
    SECTION("the third one follows") {
      seat.hear(1, PeerState::following, 3, {}, 1, 0);
      seat.hear(2, PeerState::looking, 2, {}, 2, 0);
      CHECK_FALSE(seat->deserted());
    }
  }
  SECTION("a new round forgets it") {
    seat.hear(2, PeerState::looking, 2, {}, 2, 0);
    seat.start();
    CHECK_FALSE(seat->deserted());
  }
}

// --- Several of them

TEST_CASE("three servers that start elect the best position without waiting, once all have spoken") {
  ElectionWorld world(voters({1, 2, 3}));
  world.start(1, 1, z1);
  world.start(2, 2, z2);
  world.start(3, 1, z1);
  REQUIRE(world.deliver_all());
  CHECK(world.unanimous() == 2);
}

TEST_CASE("the leader is killed: the others elect in their next round without any wait") {
  ElectionWorld world(voters({1, 2, 3}));
  for (const int64_t id : {1, 2, 3}) world.start(id);
  REQUIRE(world.deliver_all());
  REQUIRE(world.unanimous() == 3);
  for (const int64_t id : {1, 2, 3}) world[id].epoch_in_use(1);
  world.kill(3);
  const Now then = world.now();
  // Server 2 notices first; its vote finds server 1 still following.
  world.start(2, 1, Zxid::of(1, 4));
  REQUIRE(world.deliver_all());
  CHECK(world[2].looking());
  world.start(1, 1, Zxid::of(1, 4));
  REQUIRE(world.deliver_all());
  CHECK(world.unanimous() == 2);
  CHECK(world.now().monotonic == then.monotonic);
}

TEST_CASE("a server that comes late joins, whatever its round and however good its vote") {
  ElectionWorld world(voters({1, 2, 3}));
  world.start(1);
  world.start(2);
  REQUIRE(world.deliver_all());
  world.pass_ms(20);
  REQUIRE(world.unanimous() == 2);
  world.start(3, 7, Zxid::of(7, 7));
  REQUIRE(world.deliver_all());
  CHECK(world.unanimous() == 2);
}

TEST_CASE("servers that were apart join again after the last repeat at the latest") {
  ElectionWorld world(voters({1, 2, 3}));
  for (const int64_t peer : {1, 2}) {
    world.cut(peer, 3);
    world.cut(3, peer);
  }
  for (const int64_t id : {1, 2, 3}) world.start(id);
  REQUIRE(world.deliver_all());
  world.pass_ms(20);
  CHECK(world.decision(1) == 2);
  world.pass_ms(60000);
  CHECK(world[3].looking());
  world.heal();
  world.pass_ms(1600);
  REQUIRE(world.deliver_all());
  CHECK(world.unanimous() == 2);
}

TEST_CASE("rule 8: two that may have forgotten and one that has not elect nobody") {
  ElectionWorld world(voters({1, 2, 3}));
  world.start(1, 0, Zxid{-1});
  world.start(2, 0, Zxid{-1});
  world.start(3, 2, z2);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(world.deliver_all());
    world.pass_ms(500);
  }
  for (const int64_t id : {1, 2, 3}) CHECK(world[id].looking());
}

}  // namespace paddock::zab
