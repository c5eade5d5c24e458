#include "tests/sim/config_history.h"

#include <catch2/catch.hpp>

#include "tests/sim/ensemble.h"
#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

constexpr ServerId a{1}, b{2}, c{3}, d{4}, e{5};

zab::Membership config_of(const std::set<ServerId>& voters, const std::set<ServerId>& observers = {}) {
  zab::Membership membership;
  for (const ServerId id : voters) membership.members[id] = member_of(id);
  for (const ServerId id : observers) {
    membership.members[id] = member_of(id);
    membership.members[id].observer = true;
  }
  return membership;
}

// Transaction 1:1 opens a session. What is logged is logged by the server with `log`.
struct Scene : Told {
  ConfigHistory history{config_of({a, b, c}, {d})};
  DiskImage log;

  Scene() { note(session(7)); }
  void note(const Committed& entry) {
    log.entries.push_back({{}, entry.zxid, entry.txn});
    history.logged(log.entries.back());
  }
  // The transaction that makes this configuration, logged.
  const Committed& reconfigure(zab::Membership next, int64_t version) {
    next.version = version;
    const Committed& entry =
        commit(7, txn::OpCode::reconfig, txn::SetDataTxn{"/zookeeper/config", next.to_text(), -1});
    note(entry);
    return entry;
  }
  const Committed& reconfigure(const zab::Membership& next) { return reconfigure(next, this->next.value); }
};

}  // namespace

TEST_CASE("a quorum is one of voters alone") {
  const zab::Membership of_three = config_of({a, b, c}, {d, e});
  CHECK(is_quorum(of_three, {a, c}));
  CHECK_FALSE(is_quorum(of_three, {a, d, e}));
  CHECK_FALSE(is_quorum(of_three, {}));
  CHECK(is_quorum(zab::Membership{}, {a}));
}

TEST_CASE(
    "a reconfiguration is committed by both quorums, what comes before by the old one, what follows by the "
    "new") {
  Scene scene;
  const Zxid made = scene.reconfigure(config_of({c, d, e})).zxid;
  const Zxid before{made.value - 1}, behind{made.value + 1};
  scene.history.committed(*scene.chronicle.find(made));
  CHECK(scene.history.commit(before, {a, b}));
  CHECK_FALSE(scene.history.commit(before, {c, d, e}));
  CHECK_FALSE(scene.history.commit(made, {a, b}));
  CHECK_FALSE(scene.history.commit(made, {c, d, e}));
  CHECK_FALSE(scene.history.commit(made, {a, b, c}));
  CHECK(scene.history.commit(made, {b, c, d}));
  CHECK(scene.history.commit(behind, {d, e}));
  CHECK_FALSE(scene.history.commit(behind, {a, b, c}));
}

TEST_CASE(
    "what counts for a server is the last committed configuration that it holds, and what is logged behind") {
  Scene scene;
  const Zxid everything{INT64_MAX};
  const Zxid first = scene.reconfigure(config_of({a, b})).zxid;
  const auto counting = [&](Zxid end) {
    std::vector<int64_t> versions;
    for (const zab::Membership* each : scene.history.in(scene.log, end)) versions.push_back(each->version);
    return versions;
  };
  CHECK(counting(everything) == std::vector<int64_t>{0, first.value});
  CHECK(counting(first) == std::vector<int64_t>{0});

  SECTION("once it is committed the one before counts no more") {
    scene.history.committed(*scene.chronicle.find(first));
    CHECK(counting(everything) == std::vector<int64_t>{first.value});
    const Zxid second = scene.reconfigure(config_of({c})).zxid;
    CHECK(counting(everything) == std::vector<int64_t>{first.value, second.value});
  }
  SECTION("who does not hold it goes by the one before") {
    scene.history.committed(*scene.chronicle.find(first));
    scene.log.entries.pop_back();
    CHECK(counting(everything) == std::vector<int64_t>{0});
    CHECK(scene.history.behind_last(scene.log).front()->version == first.value);
  }
  SECTION("whose log begins behind it holds it") {
    scene.history.committed(*scene.chronicle.find(first));
    scene.log.purge(first);
    CHECK(counting(everything) == std::vector<int64_t>{first.value});
  }
}

TEST_CASE("a version is its transaction's zxid") {
  Scene scene;
  const Committed& entry = scene.reconfigure(config_of({a, b}), Zxid::of(1, 9).value);
  CHECK_THROWS_AS(scene.history.committed(entry), Violation);
}

TEST_CASE("a reconfiguration that cannot be read is none") {
  Scene scene;
  const Committed& entry =
      scene.commit(7, txn::OpCode::reconfig, txn::SetDataTxn{"/zookeeper/config", "server.1=nowhere", -1});
  scene.note(entry);
  CHECK_THROWS_AS(scene.history.committed(entry), Violation);
}

}  // namespace paddock::sim
