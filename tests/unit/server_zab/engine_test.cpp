#include "server/zab/engine.h"

#include <catch2/catch.hpp>

namespace paddock::zab {
namespace {

// A server of an ensemble of one and its disk, which makes durable only what it is told to. The story is what
// came out: w(accepted/current), a<zxid> for disk work; c<zxid>, serving(epoch), s<id>, stopped for the
// sequence.
struct Alone {
  EngineOptions options;
  store::Recovered recovered;
  std::unique_ptr<Engine> engine;
  std::vector<DiskSeq> asked;
  std::string disk;
  std::string told;

  Alone() { options.self = ServerId{1}; }

  static std::string name(Zxid zxid) {
    return std::to_string(zxid.epoch()) + "." + std::to_string(zxid.counter());
  }
  void tail(std::initializer_list<Zxid> zxids) {
    for (const Zxid zxid : zxids) recovered.tail.push_back({{}, zxid, Bytes(name(zxid))});
    recovered.last_logged = recovered.tail.back().zxid;
  }
  Alone& start() {
    engine = std::make_unique<Engine>(options, recovered, Random(1));
    engine->tick({});
    return look();
  }
  Alone& look() {
    const Ready ready = engine->take_ready();
    for (const store::LogWork& work : ready.disk) {
      asked.push_back(seq_of(work));
      if (const auto* append = std::get_if<store::Append>(&work)) disk += " a" + name(append->zxid);
      if (const auto* write = std::get_if<store::WriteEpochs>(&work)) {
        disk += " w" + std::to_string(write->epochs.accepted) + "/" + std::to_string(write->epochs.current);
      }
    }
    for (const SequenceItem& item : ready.sequence) tell(item);
    return *this;
  }
  void tell(const SequenceItem& item) {
    if (const auto* committed = std::get_if<Committed>(&item)) {
      CHECK(committed->txn.view() == name(committed->zxid));
      told += " c" + name(committed->zxid);
    }
    if (const auto* serving = std::get_if<Serving>(&item)) told += " serving" + name(serving->epoch_start);
    if (const auto* sync = std::get_if<SyncPoint>(&item)) told += " s" + std::to_string(sync->id);
    if (std::holds_alternative<StoppedServing>(item)) told += " stopped";
  }
  // Everything asked for so far is durable.
  Alone& persist() {
    if (!asked.empty()) engine->persisted(asked.back());
    asked.clear();
    return look();
  }
  Alone& serve() {
    start().persist().persist();
    disk.clear();
    told.clear();
    return *this;
  }
  void propose() {
    const Zxid zxid = engine->next_zxid();
    engine->propose(zxid, Bytes(name(zxid)));
  }
};

}  // namespace

TEST_CASE("a server alone elects itself and serves when its epoch is durable") {
  Alone server;
  server.engine = std::make_unique<Engine>(server.options, server.recovered, Random(1));
  CHECK(server.engine->role() == Role::looking);
  CHECK(server.engine->leader() == ServerId{-1});
  server.engine->tick({});
  server.look();
  CHECK(server.disk == " w1/0");
  CHECK(server.engine->phase() == Phase::discovery);
  CHECK_FALSE(server.engine->may_propose());

  server.persist();
  CHECK(server.disk == " w1/0 w1/1");
  CHECK(server.engine->phase() == Phase::synchronization);
  CHECK(server.told.empty());
  CHECK(server.engine->epochs() == store::Epochs{1, 0});

  server.persist();
  CHECK(server.told == " serving1.0");
  CHECK(server.engine->role() == Role::leading);
  CHECK(server.engine->phase() == Phase::broadcast);
  CHECK(server.engine->next_zxid() == Zxid::of(1, 1));
}

TEST_CASE("a proposal is committed when it is durable, and not before") {
  Alone server;
  server.serve();
  server.propose();
  server.propose();
  server.look();
  CHECK(server.disk == " a1.1 a1.2");
  CHECK(server.told.empty());
  CHECK(server.engine->outstanding() == 2);
  CHECK(server.engine->last_logged() == Zxid{});

  server.engine->persisted(server.asked.front());
  server.look();
  CHECK(server.told == " c1.1");
  CHECK(server.engine->last_logged() == Zxid::of(1, 1));
  CHECK(server.engine->last_proposed() == Zxid::of(1, 2));
  server.persist();
  CHECK(server.told == " c1.1 c1.2");
  CHECK(server.engine->last_committed() == Zxid::of(1, 2));
}

TEST_CASE("the commit point follows what is committed") {
  Alone server;
  server.serve();
  server.propose();
  CHECK(server.engine->take_ready().committed == Zxid{});
  server.engine->persisted(DiskSeq{3});
  CHECK(server.engine->take_ready().committed == Zxid::of(1, 1));
}

TEST_CASE("the inherited tail is committed before serving, once the epoch is established") {
  Alone server;
  server.recovered.epochs = {2, 2};
  server.recovered.checkpoint = Zxid::of(1, 9);
  server.recovered.commit_point = Zxid::of(2, 1);
  server.tail({Zxid::of(2, 1), Zxid::of(2, 2), Zxid::of(2, 3)});
  server.start();
  CHECK(server.told == " c2.1");
  CHECK(server.disk == " w3/2");
  server.persist();
  CHECK(server.told == " c2.1");
  server.persist();
  CHECK(server.told == " c2.1 c2.2 c2.3 serving3.0");
  CHECK(server.engine->next_zxid() == Zxid::of(3, 1));
}

TEST_CASE("a new epoch is above every accepted one, used or not, and above the log's") {
  Alone server;
  SECTION("promised and never used") {
    server.recovered.epochs = {7, 4};
  }
  SECTION("logged by a server that lost its epoch record") {
    server.tail({Zxid::of(7, 1)});
  }
  server.serve();
  CHECK(server.engine->next_zxid() == Zxid::of(8, 1));
}

TEST_CASE("a sync is confirmed at once when nothing is outstanding") {
  Alone server;
  server.serve();
  server.engine->request_sync(5);
  server.look();
  CHECK(server.told == " s5");
}

TEST_CASE("a sync is confirmed behind what was proposed before it") {
  Alone server;
  server.serve();
  server.propose();
  server.engine->request_sync(5);
  server.propose();
  server.look();
  CHECK(server.told.empty());
  server.persist();
  CHECK(server.told == " c1.1 s5 c1.2");
}

TEST_CASE("a full counter opens a new epoch when all is drained, with the same leader") {
  Alone server;
  server.options.last_counter = 2;
  server.serve();
  server.propose();
  server.propose();
  CHECK_FALSE(server.engine->may_propose());
  server.look();
  CHECK(server.disk == " a1.1 a1.2");
  server.persist();
  CHECK(server.told == " c1.1 c1.2");
  CHECK(server.disk == " a1.1 a1.2 w2/1");
  CHECK(server.engine->role() == Role::leading);
  server.persist().persist();
  CHECK(server.told == " c1.1 c1.2 serving2.0");
  CHECK(server.engine->next_zxid() == Zxid::of(2, 1));
  server.propose();
  server.look().persist();
  CHECK(server.told == " c1.1 c1.2 serving2.0 c2.1");
}

TEST_CASE("a leader that is told to stop drains first") {
  Alone server;
  server.serve();
  server.propose();
  server.engine->stop_leading();
  CHECK_FALSE(server.engine->may_propose());
  server.look();
  CHECK(server.told.empty());
  server.persist();
  CHECK(server.told == " c1.1 stopped");
  CHECK(server.engine->role() == Role::looking);
  server.engine->tick({});
  server.look();
  CHECK(server.disk == " a1.1");
}

TEST_CASE("whatever the disk's pace: every proposal is committed once, in order, when durable") {
  const uint64_t seed = GENERATE(range<uint64_t>(1, 31));
  INFO("seed " << seed);
  Random random(seed);
  EngineOptions options;
  options.self = ServerId{1};
  options.last_counter = 5;
  Engine engine(options, {}, Random(seed));
  engine.tick({});
  std::vector<store::LogWork> asked;
  std::vector<Zxid> proposed;
  std::vector<Zxid> durable;
  std::vector<Zxid> committed;
  uint64_t syncs = 0;
  uint64_t synced = 0;
  size_t sync_behind = 0;  // proposals before the last sync
  const auto look = [&] {
    Ready ready = engine.take_ready();
    asked.insert(asked.end(), ready.disk.begin(), ready.disk.end());
    for (const SequenceItem& item : ready.sequence) {
      if (const auto* commit = std::get_if<Committed>(&item)) committed.push_back(commit->zxid);
      if (const auto* sync = std::get_if<SyncPoint>(&item)) {
        REQUIRE(sync->id == ++synced);
        if (synced == syncs) REQUIRE(committed.size() >= sync_behind);
      }
    }
    REQUIRE(committed.size() <= durable.size());
  };
  const auto persist = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) {
      if (const auto* append = std::get_if<store::Append>(&asked[i])) durable.push_back(append->zxid);
    }
    engine.persisted(seq_of(asked[count - 1]));
    asked.erase(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(count));
  };
  for (int step = 0; step < 300; ++step) {
    look();
    if (random.one_in(3) && !asked.empty()) persist(1 + random.below(asked.size()));
    if (!engine.may_propose()) continue;
    if (random.one_in(5)) {
      engine.request_sync(++syncs);
      sync_behind = proposed.size();
    } else {
      proposed.push_back(engine.next_zxid());
      engine.propose(proposed.back(), {});
    }
  }
  look();
  while (!asked.empty()) {
    persist(asked.size());
    look();
  }
  CHECK(committed == proposed);
  CHECK(synced == syncs);
  CHECK(proposed.back().epoch() > 5);
}

TEST_CASE("a configuration without this server is refused in words") {
  EngineOptions options;
  options.self = ServerId{1};
  CHECK(can_run(options).ok());
  options.membership = membership_of_one(ServerId{2});
  REQUIRE_FALSE(can_run(options).ok());
  CHECK(can_run(options).fault().message == "server.1 is not among the 1 configured servers");
}

}  // namespace paddock::zab
