#include "tests/sim/config_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/ensemble.h"
#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

constexpr ServerId a{1}, b{2}, c{3}, spare{4};

zab::Membership config_of(const std::set<ServerId>& voters, int64_t version = 0) {
  zab::Membership membership;
  for (const ServerId id : voters) membership.members[id] = member_of(id);
  membership.version = version;
  return membership;
}

// 1:1 opens a session; 1:2 leaves c out, and is committed; 1:3 leaves b out, and is not.
struct Scene : Told {
  ConfigHistory history{config_of({a, b, c})};
  ConfigChecker checker{history};
  DiskImage log;
  zab::Membership committed = config_of({a, b}, Zxid::of(1, 2).value);
  zab::Membership proposed = config_of({a}, Zxid::of(1, 3).value);

  Scene() {
    note(session(7));
    history.committed(note(make(committed)));
    note(make(proposed));
    for (const ServerId id : {a, b, c}) checker.starts(id, config_of({a, b, c}));
  }
  const Committed& make(const zab::Membership& next) {
    return commit(7, txn::OpCode::reconfig, txn::SetDataTxn{"/zookeeper/config", next.to_text(), -1});
  }
  const Committed& note(const Committed& entry) {
    log.entries.push_back({{}, entry.zxid, entry.txn});
    history.logged(log.entries.back());
    return entry;
  }
};

}  // namespace

TEST_CASE("what a server takes for committed was committed") {
  Scene scene;
  CHECK_NOTHROW(scene.checker.takes_for_committed(a, scene.committed));
  SECTION("one that is only proposed is not") {
    CHECK_THROWS_AS(scene.checker.takes_for_committed(a, scene.proposed), Violation);
  }
  SECTION("nor is one with other members") {
    CHECK_THROWS_AS(scene.checker.takes_for_committed(b, config_of({b, c}, scene.committed.version)),
                    Violation);
  }
  SECTION("nor what an operator wrote who is not this server's") {
    CHECK_THROWS_AS(scene.checker.takes_for_committed(spare, config_of({a, spare})), Violation);
    scene.checker.starts(spare, config_of({a, spare}));
    CHECK_NOTHROW(scene.checker.takes_for_committed(spare, config_of({a, spare})));
  }
}

TEST_CASE("the first configuration is one and the same under the number of any epoch that begins with it") {
  Scene scene;
  CHECK_NOTHROW(scene.checker.takes_for_committed(c, config_of({a, b, c})));
  CHECK_NOTHROW(scene.checker.takes_for_committed(c, config_of({a, b, c}, Zxid::of(1, 0).value)));
  CHECK_NOTHROW(scene.checker.takes_for_committed(c, scene.committed));
  CHECK_THROWS_AS(scene.checker.takes_for_committed(b, config_of({a, b}, Zxid::of(1, 0).value)), Violation);
}

TEST_CASE("a process never goes back to an older configuration, and a start may") {
  Scene scene;
  scene.checker.takes_for_committed(a, scene.committed);
  CHECK_THROWS_AS(scene.checker.takes_for_committed(a, config_of({a, b, c})), Violation);
  scene.checker.starts(a, config_of({a, b, c}));
  CHECK_NOTHROW(scene.checker.takes_for_committed(a, config_of({a, b, c})));
}

TEST_CASE("/zookeeper/config says what is in force") {
  const Scene scene;
  CHECK_NOTHROW(scene.checker.serves(a, scene.committed, scene.committed.to_text()));
  CHECK_THROWS_AS(scene.checker.serves(a, scene.committed, scene.proposed.to_text()), Violation);
  CHECK_THROWS_AS(scene.checker.serves(a, scene.committed, ""), Violation);
}

TEST_CASE("a leader has a vote in a configuration that counts for it") {
  Scene scene;
  CHECK_NOTHROW(scene.checker.leads(a, 2, scene.log));
  // It carries over what leaves it out.
  CHECK_NOTHROW(scene.checker.leads(b, 2, scene.log));
  CHECK_THROWS_AS(scene.checker.leads(c, 2, scene.log), Violation);
  CHECK_THROWS_AS(scene.checker.leads(spare, 2, scene.log), Violation);
  // It knows no better, and can commit nothing.
  scene.log.entries.resize(1);
  CHECK_NOTHROW(scene.checker.leads(c, 2, scene.log));
}

TEST_CASE("a leader that was left out commits nothing more in its epoch") {
  const Scene scene;
  const Zxid left_out{scene.committed.version};
  CHECK_NOTHROW(scene.checker.leads_on(c, 1, scene.committed, left_out));
  CHECK_THROWS_AS(scene.checker.leads_on(c, 1, scene.committed, left_out.next()), Violation);
  CHECK_NOTHROW(scene.checker.leads_on(a, 1, scene.committed, left_out.next()));
  // What it inherited behind it goes with its epoch.
  CHECK_NOTHROW(scene.checker.leads_on(c, 2, scene.committed, left_out.next()));
}

}  // namespace paddock::sim
