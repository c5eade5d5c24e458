#include "server/zab/observer_master.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "ensemble.h"
#include "server/zab/master_rota.h"

namespace paddock::zab::test {
namespace {

constexpr int32_t kPort = 2191;

EngineOptions with_masters(int voters) {
  EngineOptions options;
  options.observer_master_port = kPort;
  for (int64_t id = 1; id <= voters; ++id) {
    Member& member = options.membership.members[ServerId{id}];
    member.id = ServerId{id};
    member.quorum = {{"host" + std::to_string(id), 2888}};
    member.election = {{"host" + std::to_string(id), 3888}};
  }
  return options;
}

// Servers 1 to 3, of which 3 leads, and observers from 4 on that follow 1 or 2.
class Masters : public Ensemble {
 public:
  explicit Masters(int observers) : Ensemble(3, observers) {
    options.observer_master_port = kPort;
    start_all();
    REQUIRE(run_until([&] { return leader() == 3 && all_converged(); }, 5000));
  }

  int64_t master_of(int64_t observer) {
    const auto master = engine(observer).observer_master();
    return master ? master->value : 0;
  }
  void write(int count = 1) {
    propose(leader(), count);
    REQUIRE(run_until([&] { return all_converged(); }, 5000));
  }
};

}  // namespace

TEST_CASE("every voter but the leader has its turn, in the same order again and again") {
  const EngineOptions options = with_masters(4);
  const Configs configs(options.membership);
  MasterRota rota(options, Random(7));
  std::vector<ServerId> turns;
  for (int turn = 0; turn < 6; ++turn) {
    const MasterRota::Master master = rota.next(configs, ServerId{2});
    turns.push_back(master.server);
    CHECK(master.addresses == std::vector<Address>{{"host" + std::to_string(master.server.value), kPort}});
  }
  const std::vector<ServerId> round(turns.begin(), turns.begin() + 3);
  CHECK(std::set(round.begin(), round.end()) == std::set{ServerId{1}, ServerId{3}, ServerId{4}});
  CHECK(std::vector(turns.begin() + 3, turns.end()) == round);
}

TEST_CASE("without another voter the leader is the only master, on its quorum port") {
  const EngineOptions options = with_masters(1);
  const Configs configs(options.membership);
  MasterRota rota(options, Random(7));
  CHECK(rota.next(configs, ServerId{1}).addresses == std::vector<Address>{{"host1", 2888}});
}

TEST_CASE("observers have orders of their own") {
  const EngineOptions options = with_masters(5);
  const Configs configs(options.membership);
  std::set<ServerId> firsts;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    firsts.insert(MasterRota(options, Random(seed)).next(configs, ServerId{5}).server);
  }
  CHECK(firsts.size() == 4);
}

TEST_CASE("without a port of theirs the leader is the only master, and nobody rests") {
  EngineOptions options = with_masters(3);
  options.observer_master_port = 0;
  MasterRota rota(options, Random(1));
  const Configs configs(options.membership);
  for (int turn = 0; turn < 3; ++turn) CHECK(rota.next(configs, ServerId{3}).server == ServerId{3});
  CHECK(rota.rest_before_election_ms() == 0);
  CHECK(rota.rest_before_connecting_ms() == 0);
}

TEST_CASE("an observer rests no longer than it is told to") {
  EngineOptions options = with_masters(3);
  options.observer_election_delay_ms = 20;
  options.observer_reconnect_delay_ms = 5;
  MasterRota rota(options, Random(1));
  std::set<int64_t> rests;
  for (int i = 0; i < 400; ++i) {
    rests.insert(rota.rest_before_election_ms());
    CHECK(rota.rest_before_connecting_ms() < 5);
  }
  CHECK(*rests.rbegin() == 19);
  CHECK(rests.size() == 20);
}

TEST_CASE("an observer follows a follower, which tells it what is committed and nothing else") {
  Masters ensemble(2);
  CHECK(ensemble.engine(3).status().synced_observers == 0);
  const int64_t master = ensemble.master_of(4);
  REQUIRE((master == 1 || master == 2));
  CHECK(ensemble.engine(4).role() == Role::observing);
  CHECK(ensemble.engine(4).leader() == ServerId{3});
  CHECK(ensemble.engine(1).status().synced_observers + ensemble.engine(2).status().synced_observers == 2);
  ensemble.write(3);
  CHECK(ensemble.server(4).packets == " ACK1.0 ACK1.0");
  const std::string& said = ensemble.server(master).packets;
  CHECK(said.find(" P1.1") == std::string::npos);
  CHECK(said.find(" I1.1") < said.find(" I1.2"));
  CHECK(said.find(" I1.2") < said.find(" I1.3"));
}

TEST_CASE("what an observer asks comes to its master, and answers come back") {
  Masters ensemble(1);
  const int64_t master = ensemble.master_of(4);
  ensemble.engine(4).send_to_leader(quorum::PacketType::request, Zxid{-1}, Bytes("one"), {});
  ensemble.touch(4);
  ensemble.run_for(200);
  const auto& heard = ensemble.server(master).from_learners;
  const auto request = std::find_if(heard.begin(), heard.end(), [](const FromLearner& packet) {
    return packet.type == quorum::PacketType::request;
  });
  REQUIRE(request != heard.end());
  CHECK(request->data.view() == "one");
  CHECK(request->learner == ServerId{4});
  ensemble.engine(master).send_to_learner(request->link, quorum::PacketType::revalidate, Zxid{-1},
                                          Bytes("yes"));
  ensemble.touch(master);
  ensemble.run_for(10);
  CHECK(ensemble.server(4).from_leader == std::vector<std::string>{"yes"});
  // Of the followers there is nothing but PINGs.
  CHECK_FALSE(ensemble.server(3).from_learners.empty());
  for (const FromLearner& packet : ensemble.server(3).from_learners) {
    CHECK(packet.type == quorum::PacketType::ping);
  }
}

TEST_CASE("an observer whose master dies goes to another, and to the leader when there is none") {
  Masters ensemble(1);
  const int64_t master = ensemble.master_of(4);
  ensemble.crash(master);
  REQUIRE(ensemble.run_until([&] { return ensemble.engine(4).role() == Role::looking; }, 2000));
  ensemble.propose(3);
  REQUIRE(ensemble.run_until([&] { return ensemble.all_converged(); }, 5000));
  CHECK(ensemble.master_of(4) == Ensemble::third(3, master));
}

TEST_CASE("an observer goes to the leader when no follower takes observers") {
  Ensemble ensemble(3, 1);
  for (const int64_t id : {1, 2, 3}) ensemble.start(id);
  REQUIRE(ensemble.run_until([&] { return ensemble.leader() == 3; }, 5000));
  ensemble.options.observer_master_port = kPort;
  ensemble.start(4);
  REQUIRE(ensemble.run_until([&] { return ensemble.all_converged(); }, 5000));
  CHECK(ensemble.engine(4).observer_master() == ServerId{3});
  CHECK(ensemble.engine(3).status().synced_observers == 1);
}

TEST_CASE("a leader is lost: masters let their observers go, and all meet again") {
  Masters ensemble(2);
  ensemble.write(2);
  ensemble.crash(3);
  REQUIRE(ensemble.run_until([&] { return ensemble.leader() == 2 && ensemble.all_converged(); }, 8000));
  ensemble.write(2);
  CHECK(ensemble.master_of(4) == 1);
  CHECK(ensemble.master_of(5) == 1);
}

TEST_CASE("an observer that holds more than its new master waits until that has caught up") {
  Masters ensemble(1);
  const int64_t master = ensemble.master_of(4);
  const int64_t other = Ensemble::third(3, master);
  ensemble.stall(3, other);
  ensemble.propose(3, 2);
  REQUIRE(ensemble.run_until([&] { return ensemble.converged({3, master, 4}); }, 300));
  REQUIRE(ensemble.server(other).tree.empty());
  ensemble.cut(4, master);
  ensemble.server(other).packets.clear();
  ensemble.run_for(150);
  CHECK(ensemble.master_of(4) == other);
  CHECK_FALSE(ensemble.server(4).serving);
  CHECK(ensemble.server(other).packets.empty());
  ensemble.heal(3, other);
  REQUIRE(ensemble.run_until([&] { return ensemble.converged({other, 4}); }, 2000));
  CHECK(ensemble.server(other).packets.find("DIFF1.2 NEWLEADER1.0") != std::string::npos);
  CHECK(ensemble.server(4).told.find("replaced") == ensemble.server(4).told.rfind("replaced"));
}

TEST_CASE("an observer far behind gets its master's history, from disk or as a snapshot") {
  Masters ensemble(1);
  ensemble.crash(4);
  ensemble.options.history_count = 2;
  for (const int64_t id : {1, 2}) {
    ensemble.crash(id);
    ensemble.start(id);
    REQUIRE(ensemble.run_until([&] { return ensemble.converged({1, 2, 3}); }, 5000));
  }
  ensemble.propose(3, 8);
  REQUIRE(ensemble.run_until([&] { return ensemble.converged({1, 2, 3}); }, 2000));
  SECTION("a checkpoint that replaced the log") {
    for (const int64_t id : {1, 2}) ensemble.checkpoint(id, true);
  }
  ensemble.start(4);
  REQUIRE(ensemble.run_until([&] { return ensemble.all_converged(); }, 5000));
  CHECK(ensemble.master_of(4) != 3);
}

TEST_CASE("a new epoch in place ends the links of observers, and they come again") {
  Ensemble ensemble(3, 1);
  ensemble.options.observer_master_port = kPort;
  ensemble.options.last_counter = 2;
  ensemble.start_all();
  REQUIRE(ensemble.run_until([&] { return ensemble.leader() == 3 && ensemble.all_converged(); }, 5000));
  ensemble.propose(3, 2);
  REQUIRE(
      ensemble.run_until([&] { return ensemble.engine(3).may_propose() && ensemble.all_converged(); }, 5000));
  ensemble.propose(3);
  REQUIRE(
      ensemble.run_until([&] { return ensemble.committed().size() == 3 && ensemble.all_converged(); }, 5000));
  CHECK(ensemble.server(1).told.find("stopped") == std::string::npos);
}

TEST_CASE("a silent observer is dropped, and what no observer sends closes its link") {
  Masters ensemble(1);
  const int64_t master = ensemble.master_of(4);
  const auto observers = [&] { return ensemble.engine(master).status().learners; };
  REQUIRE(observers() == 1);
  SECTION("silence") {
    ensemble.pause(4);
    CHECK(ensemble.run_until([&] { return observers() == 0; }, 1500));
  }
  SECTION("an acknowledgement of a transaction") {
    ensemble.write();
    ensemble.run_for(20);  // it is on disk
    ensemble.engine(4).send_to_leader(quorum::PacketType::ack, Zxid::of(1, 1), {}, {});
    ensemble.touch(4);
    CHECK(ensemble.run_until([&] { return observers() == 0; }, 100));
  }
  SECTION("the replica finds a packet unreadable") {
    ensemble.run_for(200);
    const LinkId link = ensemble.server(master).from_learners.back().link;
    ensemble.engine(master).refuse_learner(link, "nonsense", ensemble.now());
    ensemble.touch(master);
    CHECK(observers() == 0);
  }
}

}  // namespace paddock::zab::test
