// A learner and a leader that the test plays, above all as Java's leaders behave
// (spec/quorum-protocol.md 7.5).
#include <catch2/catch.hpp>

#include "lone_engine.h"

namespace paddock::zab::test {
namespace {

using quorum::PacketType;

constexpr Zxid o(uint32_t counter) {
  return Zxid::of(2, counter);
}  // of the old epoch
constexpr Zxid e(uint32_t counter) {
  return Zxid::of(3, counter);
}  // of the leader's

// Server 1 of three. It has logged 2.1 to 2.4, and knows 2.1 and 2.2 to be committed.
struct Learner : LoneEngine {
  Learner() : LoneEngine(1, 3) { log({o(1), o(2), o(3), o(4)}, o(2)); }

  LinkId link() const { return dialled()->link; }
  void say(PacketType type, Zxid zxid, const quorum::Buffer& data = {}) {
    LoneEngine::say(link(), type, zxid, data);
  }
  void connect() {
    start();
    elect(3);
    up(link());
  }
  void discover() {
    say(PacketType::leader_info, e(0), quorum::Buffer(std::string_view("\0\1\0\0", 4)));
    persist();
  }
  // As far as the first packet of the synchronisation.
  void join() {
    connect();
    discover();
    forget();
  }
  void forget() { sent(link()), disk(), told(); }
  void serve() {
    join();
    synchronize();
  }
  void join_ours() {
    connect();
    say(PacketType::leader_info, e(0), quorum::Buffer(std::string_view("\0\1\0\1", 4)));
    persist();
    synchronize();
  }
  void synchronize() {
    say(PacketType::diff, o(4));
    say(PacketType::new_leader, e(0));
    persist();
    say(PacketType::up_to_date, Zxid{-1});
    forget();
  }
  // Lost, and at the next leader's door.
  void rejoin() {
    elect(3);
    up(link());
    say(PacketType::leader_info, Zxid::of(4, 0), quorum::Buffer(std::string_view("\0\1\0\0", 4)));
    persist();
  }
};

}  // namespace

TEST_CASE("a learner says who it is, and promises the epoch when that is durable") {
  Learner learner;
  learner.connect();
  CHECK(learner.sent(learner.link()) == " FOLLOWERINFO2.0");
  learner.say(PacketType::leader_info, e(0));
  CHECK(learner.disk() == " w3/2");
  CHECK(learner.sent(learner.link()).empty());
  learner.persist();
  CHECK(learner.sent(learner.link()) == " ACKEPOCH2.4");
  CHECK(learner.data_of(PacketType::ack_epoch) == std::string("\0\0\0\2", 4));
}

TEST_CASE("an epoch that was promised before is no support") {
  Learner learner;
  learner.recovered.epochs = {3, 2};
  learner.connect();
  learner.say(PacketType::leader_info, e(0));
  CHECK(learner.data_of(PacketType::ack_epoch) == std::string("\xff\xff\xff\xff", 4));
}

TEST_CASE("an epoch below the promised one is not followed") {
  Learner learner;
  learner.recovered.epochs = {4, 2};
  learner.connect();
  learner.say(PacketType::leader_info, e(0));
  CHECK(learner.closed(learner.link()));
  CHECK(learner->role() == Role::looking);
}

TEST_CASE("history, then the current epoch, then the ACK of NEWLEADER") {
  Learner learner;
  learner.join();
  learner.say(PacketType::diff, e(2));
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::commit, e(1));
  learner.say(PacketType::proposal, e(2), "x");
  learner.say(PacketType::commit, e(2));
  learner.say(PacketType::new_leader, e(0));
  CHECK(learner.disk() == " a3.1 a3.2 w3/3");
  learner.persist(2);
  CHECK(learner.sent(learner.link()).empty());
  learner.persist(1);
  CHECK(learner.sent(learner.link()) == " ACK3.0");
  CHECK(learner.told().empty());
  learner.say(PacketType::up_to_date, Zxid{-1});
  CHECK(learner.told() == " c2.3 c2.4 c3.1 c3.2 serving3.0");
  CHECK(learner.sent(learner.link()) == " ACK3.0");
}

TEST_CASE(
    "the tail of a Java leader, sent without COMMIT, is durable with NEWLEADER and acknowledged behind "
    "UPTODATE") {
  Learner learner;
  learner.join();
  learner.say(PacketType::diff, o(4));
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::proposal, e(2), "x");
  learner.say(PacketType::new_leader, e(0));
  learner.persist();
  CHECK(learner.sent(learner.link()) == " ACK3.0");
  SECTION("uncommitted still at UPTODATE") {
    learner.say(PacketType::up_to_date, Zxid{-1});
    CHECK(learner.told() == " c2.3 c2.4 serving3.0");
    CHECK(learner.sent(learner.link()) == " ACK3.0 ACK3.1 ACK3.2");
    learner.say(PacketType::commit, e(1));
    CHECK(learner.told() == " c3.1");
  }
  SECTION("committed between NEWLEADER and UPTODATE") {
    learner.say(PacketType::commit, e(1));
    CHECK(learner.told().empty());
    learner.say(PacketType::up_to_date, Zxid{-1});
    CHECK(learner.told() == " c2.3 c2.4 c3.1 serving3.0");
    CHECK(learner.sent(learner.link()) == " ACK3.0 ACK3.1 ACK3.2");
  }
  SECTION("with more proposed in between, which is not durable yet") {
    learner.say(PacketType::proposal, e(3), "x");
    learner.say(PacketType::up_to_date, Zxid{-1});
    CHECK(learner.sent(learner.link()) == " ACK3.0 ACK3.1 ACK3.2");
    learner.persist();
    CHECK(learner.sent(learner.link()) == " ACK3.3");
  }
}

TEST_CASE("a PING is answered by who serves, and by nobody before") {
  Learner learner;
  learner.join();
  learner.say(PacketType::diff, o(4));
  learner.say(PacketType::new_leader, e(0));
  learner.persist();
  learner.say(PacketType::ping, e(0));
  CHECK(learner.told().empty());
  learner.say(PacketType::up_to_date, Zxid{-1});
  learner.told();
  learner.say(PacketType::ping, e(0));
  CHECK(learner.told() == " ping");
}

TEST_CASE("a hole in the stream is refused, and the next sync is to be a snapshot") {
  Learner learner;
  learner.join();
  learner.say(PacketType::diff, e(2));
  learner.say(PacketType::proposal, e(2), "x");
  CHECK(learner->role() == Role::looking);
  learner.rejoin();
  CHECK(learner.sent(learner.link()) == " FOLLOWERINFO3.0 ACKEPOCH0.0");
}

TEST_CASE("a TRUNC cuts the tail before anything is appended") {
  Learner learner;
  learner.join();
  learner.say(PacketType::trunc, o(3));
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::commit, e(1));
  learner.say(PacketType::new_leader, e(0));
  CHECK(learner.disk() == " t2.3 a3.1 w3/3");
  learner.persist();
  learner.say(PacketType::up_to_date, Zxid{-1});
  CHECK(learner.told() == " c2.3 c3.1 serving3.0");
}

TEST_CASE("a TRUNC to where this log cannot end is refused, and a snapshot asked for") {
  Learner learner;
  Zxid cut;
  SECTION("below what is committed here") {
    cut = o(1);
  }
  SECTION("at an entry that only the leader has") {
    learner.recovered.tail.clear();
    learner.log({o(1), o(2), Zxid::of(3, 1)}, o(1));
    learner.recovered.epochs = {2, 2};
    cut = o(5);
  }
  learner.join();
  learner.say(PacketType::trunc, cut);
  CHECK(learner.disk().empty());
  CHECK(learner->role() == Role::looking);
  learner.rejoin();
  CHECK(learner.sent(learner.link()) == " FOLLOWERINFO3.0 ACKEPOCH0.0");
  learner.say(PacketType::diff, o(4));  // and nothing else is taken
  CHECK(learner->role() == Role::looking);
}

TEST_CASE("a snapshot is staged until NEWLEADER on the disk, and until UPTODATE in the tree") {
  Learner learner;
  learner.join();
  learner.say(PacketType::snap, e(5));
  learner.say_piece(learner.link(), "one", false);
  learner.say_piece(learner.link(), "two", true);
  learner.say(PacketType::proposal, e(6), "x");
  learner.say(PacketType::commit, e(6));
  CHECK(learner.disk() == " begin3.5 chunk chunk a3.6");
  CHECK(learner.told() == " begin3.5");
  CHECK(learner->last_logged() == o(4));
  SECTION("lost before NEWLEADER: forgotten") {
    learner.down(learner.link());
    CHECK(learner.disk() == " abandon");
    CHECK(learner.told() == " abandoned");
    learner.rejoin();
    CHECK(learner.sent(learner.link()) == " FOLLOWERINFO3.0 ACKEPOCH2.4");
  }
  SECTION("lost behind it: what a restart would find is what goes on") {
    learner.say(PacketType::new_leader, e(0));
    CHECK(learner.disk() == " end w3/3");
    learner.down(learner.link());
    CHECK(learner.told() == " replaced3.5");
    learner.rejoin();
    CHECK(learner.sent(learner.link()) == " FOLLOWERINFO3.0 ACKEPOCH3.6");
  }
  SECTION("taken") {
    learner.say(PacketType::new_leader, e(0));
    learner.persist();
    CHECK(learner.sent(learner.link()) == " ACK3.0");
    learner.say(PacketType::up_to_date, Zxid{-1});
    CHECK(learner.told() == " replaced3.5 c3.6 serving3.0");
  }
  SECTION("refused by the replica: nothing is kept, and the next one is to be a snapshot again") {
    learner->state_refused(learner.now());
    learner.look();
    CHECK(learner.disk() == " abandon");
    learner.rejoin();
    CHECK(learner.sent(learner.link()) == " FOLLOWERINFO3.0 ACKEPOCH0.0");
  }
}

TEST_CASE("a snapshot becomes the base only when the replica has had the chance to refuse it") {
  Learner learner;
  learner.join();
  learner.say(PacketType::snap, e(5));
  learner->receive_snapshot(learner.link(), Bytes("all"), true, learner.now());
  learner->receive(learner.link(), {static_cast<int32_t>(PacketType::new_leader), e(0).value, {}, {}},
                   learner.now());
  const Ready ready = learner->take_ready();
  REQUIRE(ready.disk.size() == 1);
  CHECK(std::holds_alternative<store::SnapshotChunk>(ready.disk.front()));
  learner.disk();
  SECTION("refused") {
    learner->state_refused(learner.now());
    learner.look();
    CHECK(learner.disk() == " abandon");
  }
  SECTION("taken") {
    learner.look();
    CHECK(learner.disk() == " end w3/3");
  }
}

TEST_CASE("in broadcast each PROPOSAL is acknowledged when it is durable") {
  Learner learner;
  learner.serve();
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::proposal, e(2), "x");
  CHECK(learner.sent(learner.link()).empty());
  learner.persist(1);
  CHECK(learner.sent(learner.link()) == " ACK3.1");
  learner.say(PacketType::commit, e(1));
  CHECK(learner.told() == " c3.1");
  learner.persist();
  CHECK(learner.sent(learner.link()) == " ACK3.2");
}

TEST_CASE("rule 9: LEADERINFO of a leader of ours begins the next epoch over the same link") {
  const auto leader_info = [](Learner& learner, const char* version) {
    learner.say(PacketType::leader_info, Zxid::of(4, 0), quorum::Buffer(std::string_view(version, 4)));
  };
  Learner learner;
  learner.join_ours();
  SECTION("behind all that is acknowledged") {
    learner.say(PacketType::proposal, e(1), "x");
    learner.say(PacketType::commit, e(1));
    leader_info(learner, "\0\1\0\1");
    CHECK(learner.sent(learner.link()).empty());
    learner.persist();
    CHECK(learner.sent(learner.link()) == " ACK3.1 ACKEPOCH3.1");
    CHECK(learner.told() == " c3.1");
    learner->send_to_leader(PacketType::request, Zxid{-1}, Bytes("asked meanwhile"), {});
    learner.look();
    CHECK(learner.sent(learner.link()) == " REQUEST");
    learner.say(PacketType::diff, e(1));
    learner.say(PacketType::new_leader, Zxid::of(4, 0));
    learner.persist();
    learner.say(PacketType::up_to_date, Zxid{-1});
    CHECK(learner.told() == " serving4.0");
    CHECK(learner->epochs() == store::Epochs{4, 4});
  }
  SECTION("but not while something waits to be committed") {
    learner.say(PacketType::proposal, e(1), "x");
    leader_info(learner, "\0\1\0\1");
    CHECK(learner.told() == " stopped");
  }
  SECTION("and what it has is what it keeps") {
    leader_info(learner, "\0\1\0\1");
    learner.persist();
    learner.say(PacketType::snap, o(4));
    CHECK(learner.told() == " stopped");
  }
}

TEST_CASE("rule 9: no Java leader begins another epoch") {
  Learner learner;
  learner.serve();
  learner.say(PacketType::leader_info, Zxid::of(4, 0), quorum::Buffer(std::string_view("\0\1\0\0", 4)));
  CHECK(learner.told() == " stopped");
}

TEST_CASE("a counter that a Java leader skipped is no hole in a broadcast") {
  Learner learner;
  learner.serve();
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::proposal, e(3), "x");
  learner.say(PacketType::commit, e(1));
  learner.say(PacketType::commit_and_activate, e(3));
  learner.persist();
  CHECK(learner.sent(learner.link()) == " ACK3.1 ACK3.3");
  CHECK(learner.told() == " c3.1 c3.3");
}

TEST_CASE("a COMMIT of what is not next ends the role") {
  Learner learner;
  learner.serve();
  learner.say(PacketType::proposal, e(1), "x");
  learner.say(PacketType::proposal, e(2), "x");
  learner.say(PacketType::commit, e(2));
  CHECK(learner.told() == " stopped");
  CHECK(learner->role() == Role::looking);
}

TEST_CASE("an observer logs what it is informed of and acknowledges nothing") {
  Learner learner;
  learner.options.membership.members[ServerId{1}].observer = true;
  learner.connect();
  CHECK(learner.sent(learner.link()) == " OBSERVERINFO2.0");
  learner.discover();
  learner.say(PacketType::diff, o(4));
  learner.say(PacketType::new_leader, e(0));
  learner.persist();
  learner.say(PacketType::up_to_date, Zxid{-1});
  learner.forget();
  learner.say(PacketType::inform, e(1), "x");
  learner.say(PacketType::inform_and_activate, e(2), "8 bytes.x");
  learner.persist();
  CHECK(learner.told() == " c3.1 c3.2");
  CHECK(learner.disk() == " a3.1 a3.2");
  CHECK(learner.sent(learner.link()).empty());
}

TEST_CASE("a leader's door is tried every 5 ms, up to initLimit") {
  Learner learner;
  learner.start();
  learner.elect(3);
  CHECK(learner.dials() == 1);
  for (int i = 0; i < 10; ++i) {
    learner.down(learner.link());
    learner.pass(5);
  }
  CHECK(learner.dials() == 11);
  learner.pass(1000);
  CHECK(learner->role() == Role::looking);
}

TEST_CASE("a leader that says nothing is left within syncLimit") {
  Learner learner;
  learner.serve();
  learner.pass(500);
  CHECK(learner.told().empty());
  learner.pass(1);
  CHECK(learner.told() == " stopped");
  CHECK(learner.closed(learner.link()));
}

TEST_CASE("the next vote waits until the last role's writes are done") {
  Learner learner;
  learner.serve();
  learner.say(PacketType::proposal, e(1), "x");
  const LinkId old = learner.link();
  learner.down(old);
  CHECK_FALSE(learner->wake_at().has_value());  // nothing runs: no election, no role
  learner.persist();
  CHECK(learner->wake_at().has_value());
  CHECK(learner.sent(old).empty());
}

}  // namespace paddock::zab::test
