#include "ensemble.h"

#include <catch2/catch.hpp>

namespace paddock::zab::test {
namespace {

// Three servers that follow server 3, which has committed `count` transactions.
struct Three : Ensemble {
  explicit Three(int count = 0, size_t history = 500) : Ensemble(3) {
    options.history_count = history;
    start_all();
    REQUIRE(run_until([&] { return leader() == 3 && all_converged(); }, 2000));
    write(3, count);
  }
  void write(int64_t id, int count) {
    const size_t before = committed().size();
    propose(id, count);
    REQUIRE(run_until([&] { return committed().size() == before + count && all_converged() && all_synced(); },
                      2000));
  }
  bool all_synced() {
    for (auto& [id, own] : servers()) {
      if (own.store.pending() > 0) return false;
    }
    return true;
  }
  // Server `id` is back, and `opening` is what its leader sent it first.
  void rejoin(int64_t id) {
    forget_packets();
    start(id);
    REQUIRE(run_until([&] { return all_converged(); }, 5000));
  }
  void forget_packets() {
    for (auto& [id, own] : servers()) own.packets.clear();
  }
  bool sent(int64_t id, const std::string& packet) {
    return server(id).packets.find(" " + packet + " ") != std::string::npos;
  }
};

}  // namespace

TEST_CASE("three servers elect one, synchronise, and commit what it proposes") {
  Three three;
  CHECK(three.server(1).told == " serving1.0");
  CHECK(three.engine(1).role() == Role::following);
  CHECK(three.engine(1).phase() == Phase::broadcast);
  CHECK(three.engine(1).leader() == ServerId{3});
  CHECK(three.engine(1).epochs() == store::Epochs{1, 1});
  CHECK(three.engine(3).status().synced_followers == 2);

  three.write(3, 3);
  CHECK(three.server(1).told == " serving1.0 c1.1 c1.2 c1.3");
  CHECK(three.server(2).told == " serving1.0 c1.1 c1.2 c1.3");
}

TEST_CASE("a follower that was away gets from memory what it missed") {
  Three three(2);
  three.crash(1);
  three.write(3, 2);
  three.rejoin(1);
  CHECK(three.sent(3, "DIFF1.4 P1.3 C1.3 P1.4 C1.4 NEWLEADER1.0"));
  CHECK(three.server(1).told == " c1.1 c1.2 c1.3 c1.4 serving1.0");
}

TEST_CASE("a follower that was away for longer gets it from the leader's disk") {
  Three three(2, 1);
  three.crash(1);
  three.write(3, 4);
  three.rejoin(1);
  CHECK(three.sent(3, "DIFF1.6 P1.3 C1.3 P1.4 C1.4 P1.5 C1.5 P1.6 C1.6 NEWLEADER1.0"));
}

TEST_CASE("a follower that was away for too long gets a snapshot and what follows it") {
  Three three(2, 1);
  three.crash(1);
  three.write(3, 4);
  three.checkpoint(3, true);
  three.write(3, 2);
  three.rejoin(1);
  CHECK(three.sent(3, "SNAP1.6 P1.7 C1.7 P1.8 C1.8 NEWLEADER1.0"));
  CHECK(three.server(1).told == " replaced1.6 c1.7 c1.8 serving1.0");
}

TEST_CASE("a snapshot that breaks off leaves the old log and the old tree") {
  Three three(2, 1);
  three.crash(1);
  three.write(3, 4);
  three.checkpoint(3, true);
  three.forget_packets();
  three.start(1);
  REQUIRE(three.run_until([&] { return three.server(1).staged.has_value(); }, 2000));
  three.crash(3);
  REQUIRE(three.run_until([&] { return three.leader() == 2 && three.all_converged(); }, 5000));
  CHECK(three.server(1).told.find("replaced") == std::string::npos);
}

TEST_CASE("proposals of a leader that nobody heard are cut away when it is back") {
  Three three(1);
  three.cut(3, 1);
  three.cut(3, 2);
  three.propose(3, 2);
  three.run_until([&] { return three.server(3).store.pending() == 0; }, 10);
  CHECK(three.server(3).store.last_logged() == Zxid::of(1, 3));
  REQUIRE(three.run_until([&] { return three.leader() == 2; }, 5000));
  three.propose(2);
  three.heal_all();
  REQUIRE(three.run_until([&] { return three.all_converged(); }, 5000));
  CHECK(three.sent(2, "TRUNC1.1 P2.1 C2.1 NEWLEADER2.0"));
  CHECK(three.server(3).told == " serving1.0 c1.1 stopped c2.1 serving2.0");
  CHECK(three.committed().size() == 2);
}

TEST_CASE("when the leader dies the others go on without it") {
  Three three(2);
  three.crash(3);
  REQUIRE(three.run_until([&] { return three.leader() == 2 && three.all_converged(); }, 5000));
  CHECK(three.server(1).told == " serving1.0 c1.1 c1.2 stopped serving2.0");
  three.write(2, 1);
  three.rejoin(3);
  CHECK(three.sent(2, "DIFF2.1 P2.1 C2.1 NEWLEADER2.0"));
}

TEST_CASE("a transaction that a quorum logged survives its leader, committed or not") {
  Three three;
  three.propose(3);
  const auto logged = [&](int64_t id) { return three.server(id).store.last_logged() == Zxid::of(1, 1); };
  three.stall(1, 3);
  REQUIRE(three.run_until([&] { return logged(2); }, 200));
  three.crash(3);
  three.heal_all();
  REQUIRE(three.run_until([&] { return three.leader() != 0 && three.all_converged(); }, 5000));
  CHECK(three.committed().size() == 1);
}

TEST_CASE("an ensemble that was down altogether comes back with all it committed") {
  Three three(3);
  for (int64_t id = 1; id <= 3; ++id) three.crash(id);
  three.start_all();
  REQUIRE(three.run_until([&] { return three.leader() != 0 && three.all_converged(); }, 5000));
  CHECK(three.server(1).told == " c1.1 c1.2 c1.3 serving2.0");
  CHECK(three.engine(1).epochs() == store::Epochs{2, 2});
}

TEST_CASE("a leader without a quorum stops within syncLimit, and at once when it is told") {
  Three three;
  const int64_t start = three.now().monotonic.ms();
  SECTION("links that say nothing") {
    three.stall(1, 3);
    three.stall(2, 3);
    REQUIRE(three.run_until([&] { return !three.server(3).serving; }, 5000));
    const int64_t limit = int64_t{three.options.tick_ms} * three.options.sync_limit_ticks;
    CHECK(three.now().monotonic.ms() - start <= limit + three.options.tick_ms);
  }
  SECTION("links that are reset") {
    three.cut(1, 3);
    three.cut(2, 3);
    REQUIRE(three.run_until([&] { return !three.server(3).serving; }, 5000));
    CHECK(three.now().monotonic.ms() - start <= three.options.tick_ms);
  }
}

TEST_CASE("a leader that was paused notices before it does anything else") {
  Three three;
  three.pause(3);
  three.propose(3);
  three.pass(3000);
  // ACKs from before the pause wait in its sockets.
  three.engine(3).election_link_up(ServerId{1}, three.now());
  CHECK(three.engine(3).role() == Role::looking);
  CHECK_FALSE(three.engine(3).may_propose());
}

TEST_CASE("a sync is answered when a quorum has answered a ping that followed it") {
  Three three;
  three.stall(1, 3);
  three.stall(2, 3);
  three.request_sync(3);
  three.run_for(100);
  CHECK(three.server(3).synced.empty());
  three.heal(1, 3);
  REQUIRE(three.run_until([&] { return !three.server(3).synced.empty(); }, 100));
  CHECK(three.server(3).synced == std::vector<uint64_t>{1});
}

TEST_CASE("syncs keep their places among proposals") {
  Three three;
  three.request_sync(3);
  three.propose(3);
  three.request_sync(3);
  three.request_sync(3);
  REQUIRE(three.run_until([&] { return three.server(3).synced.size() == 3; }, 1000));
  CHECK(three.server(3).synced == std::vector<uint64_t>{1, 2, 3});
  CHECK(three.committed().size() == 1);
}

TEST_CASE("an observer is told what is committed and acknowledges nothing") {
  Ensemble four(3, 1);
  four.start_all();
  REQUIRE(four.run_until([&] { return four.leader() != 0 && four.all_converged(); }, 2000));
  CHECK(four.engine(4).role() == Role::observing);
  CHECK(four.engine(four.leader()).status().synced_observers == 1);
  four.propose(four.leader(), 2);
  REQUIRE(four.run_until([&] { return four.committed().size() == 2 && four.all_converged(); }, 2000));
  CHECK(four.server(4).packets == " ACK1.0 ACK1.0");
  SECTION("two observers and a voter are no quorum") {
    four.crash(1);
    four.crash(2);
    REQUIRE(four.run_until([&] { return !four.server(3).serving && !four.server(4).serving; }, 5000));
  }
}

TEST_CASE("a follower acknowledges each proposal, and nothing twice but its epoch") {
  Three three(3);
  CHECK(three.server(1).packets == " ACK1.0 ACK1.0 ACK1.1 ACK1.2 ACK1.3");
}

TEST_CASE("a leader at its last counter gives way to a new epoch") {
  Ensemble three(3);
  three.options.last_counter = 2;
  three.start_all();
  REQUIRE(three.run_until([&] { return three.leader() == 3 && three.all_converged(); }, 2000));
  three.propose(3, 2);
  CHECK_FALSE(three.engine(3).may_propose());
  REQUIRE(three.run_until([&] { return three.leader() != 0 && three.engine(three.leader()).may_propose(); },
                          5000));
  CHECK(three.committed().size() == 2);
  CHECK(three.engine(three.leader()).next_zxid() == Zxid::of(2, 1));
}

TEST_CASE("a leader that is told to stop drains, closes its links and leaves the rest to the others") {
  Three three;
  three.propose(3, 2);
  three.engine(3).stop_leading();
  REQUIRE(three.run_until([&] { return three.server(3).told.find("stopped") != std::string::npos; }, 1000));
  CHECK(three.server(3).told == " serving1.0 c1.1 c1.2 stopped");
  REQUIRE(three.run_until([&] { return three.leader() == 2 && three.converged({1, 2}); }, 1000));
  CHECK(three.engine(3).role() == Role::looking);
}

TEST_CASE("a follower that is told to stop leaves its leader") {
  Three three;
  three.engine(1).stop_leading();
  REQUIRE(three.run_until([&] { return !three.server(1).serving; }, 1000));
  CHECK(three.server(1).told == " serving1.0 stopped");
  three.run_for(100);
  CHECK(three.engine(3).status().synced_followers == 1);
}

TEST_CASE("a learner whose queue outgrows its limit is dropped, and the others do not notice") {
  Ensemble three(3);
  three.options.learner_queue_bytes = 1000;
  three.start_all();
  REQUIRE(three.run_until([&] { return three.leader() == 3 && three.all_converged(); }, 2000));
  three.crash(1);
  three.start(1);
  // Its ACK of NEWLEADER never arrives.
  three.server(3).packets.clear();
  REQUIRE(three.run_until([&] { return !three.server(3).packets.empty(); }, 2000));
  REQUIRE(three.server(3).packets == " DIFF0.0 NEWLEADER1.0");
  three.stall(1, 3);
  three.propose(3, 10);
  CHECK(three.engine(3).status().learners == 2);
  three.propose(3, 40);
  CHECK(three.engine(3).status().learners == 1);
  REQUIRE(three.run_until([&] { return three.committed().size() == 50; }, 200));
}

TEST_CASE("what learners ask reaches the leader in order, and its answers reach them") {
  Three three;
  three.engine(1).send_to_leader(quorum::PacketType::request, Zxid{-1}, Bytes("one"), {});
  three.engine(1).send_to_leader(quorum::PacketType::revalidate, Zxid{-1}, Bytes("two"), {});
  three.touch(1);
  three.run_for(10);
  const auto& heard = three.server(3).from_learners;
  REQUIRE(heard.size() >= 2);
  CHECK(heard[0].type == quorum::PacketType::request);
  CHECK(heard[0].learner == ServerId{1});
  CHECK(heard[0].data.view() == "one");
  CHECK(heard[1].type == quorum::PacketType::revalidate);
}

}  // namespace paddock::zab::test
