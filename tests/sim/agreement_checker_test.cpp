#include "tests/sim/agreement_checker.h"

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

const ServerId kA{1}, kB{2}, kC{3};

// Three voters and their logs. What `source` says is what is logged; the checker has a chronicle of its own.
struct Scene {
  Told source;
  Chronicle chronicle;
  std::map<ServerId, DiskImage> disks{{kA, {}}, {kB, {}}, {kC, {}}};
  std::map<ServerId, Zxid> damaged;
  AgreementChecker checker{chronicle,
                           [this] {
                             std::vector<std::pair<ServerId, const DiskImage*>> voters;
                             for (const auto& [id, disk] : disks) voters.emplace_back(id, &disk);
                             return voters;
                           },
                           [](Zxid, const std::set<ServerId>& servers) { return servers.size() >= 2; },
                           [this] { return damaged; }, [](const Committed&) {}};
  Scene() {
    source.session(7);
    source.create(7, "/a");
    source.create(7, "/b");
    for (const auto& [id, disk] : disks) checker.starts(id, Zxid{});
  }
  void log(ServerId server, uint32_t up_to) {
    for (const Committed& entry : source.chronicle.log()) {
      if (entry.zxid <= disks[server].last() || entry.zxid.counter() > up_to) continue;
      disks[server].entries.push_back({{}, entry.zxid, entry.txn});
    }
  }
  template <class Action>
  std::string broken(Action&& action) {
    try {
      action();
    } catch (const Violation& violation) {
      return violation.rule;
    }
    return "";
  }
  std::string apply(ServerId server, Zxid position) {
    return broken(
        [&] { checker.applied(server, position, source.chronicle.checksum_at(position), disks[server]); });
  }
  std::string apply(ServerId server, uint32_t counter) { return apply(server, Zxid::of(1, counter)); }
};

}  // namespace

TEST_CASE("what is applied is durable at a quorum, and the same everywhere") {
  Scene scene;
  scene.log(kA, 2);
  scene.log(kB, 2);
  CHECK(scene.apply(kA, 2).empty());
  CHECK(scene.apply(kB, 1).empty());
  CHECK(scene.apply(kB, 2).empty());
  SECTION("an entry that only one voter holds is not committed") {
    scene.log(kA, 3);
    CHECK(scene.apply(kA, 3) == "Z11");
  }
  SECTION("a server goes back") {
    CHECK(scene.apply(kA, 1) == "Z5");
  }
  SECTION("a server comes to a state of its own") {
    scene.checker.starts(kC, Zxid{});
    CHECK(scene.broken([&] {
      scene.checker.applied(kC, Zxid::of(1, 2), scene.source.chronicle.checksum_at(Zxid::of(1, 1)),
                            scene.disks[kC]);
    }) == "Z12");
  }
  SECTION("a server applies what was never committed") {
    CHECK(scene.apply(kC, 9) == "Z2");
  }
  SECTION("a server applies what another log gives after it missed something") {
    scene.disks[kC].entries.push_back({{}, Zxid::of(1, 3), scene.source.chronicle.log()[2].txn});
    scene.log(kA, 3);
    CHECK(scene.apply(kC, 3) == "Z2");
  }
  SECTION("the start of an epoch is no transaction, and legal") {
    CHECK(scene
              .broken([&] {
                const auto checksum = scene.source.chronicle.checksum_at(Zxid::of(1, 2));
                scene.checker.applied(kA, Zxid::of(2, 0), checksum, scene.disks[kA]);
              })
              .empty());
  }
  SECTION("a process that starts again may be behind") {
    scene.checker.starts(kA, Zxid{});
    CHECK(scene.apply(kA, 1).empty());
  }
  SECTION("a received snapshot may be behind, if it is the base of the log") {
    scene.disks[kB].entries.pop_front();
    scene.disks[kB].base = Zxid::of(1, 1);
    CHECK(scene.apply(kB, 1).empty());
  }
}

TEST_CASE("a leader holds all that was committed") {
  Scene scene;
  scene.log(kA, 2);
  scene.log(kB, 2);
  scene.log(kC, 1);
  CHECK(scene.apply(kA, 2).empty());
  CHECK(scene.broken([&] { scene.checker.leads(kB, 2, scene.disks[kB]); }).empty());
  CHECK(scene.broken([&] { scene.checker.leads(kC, 2, scene.disks[kC]); }) == "Z8");
  // The others have left it behind: late, and harmless.
  CHECK(scene.broken([&] { scene.checker.leads(kC, 1, scene.disks[kC]); }).empty());
}

TEST_CASE("nothing that was committed with its help is cut off") {
  Scene scene;
  scene.log(kA, 3);
  scene.log(kB, 2);
  CHECK(scene.apply(kB, 2).empty());
  CHECK(scene.broken([&] { scene.checker.cuts(kA, Zxid::of(1, 2), scene.disks[kA]); }).empty());
  CHECK(scene.broken([&] { scene.checker.cuts(kA, Zxid::of(1, 1), scene.disks[kA]); }) == "Z8");
  // Two others hold it: it will come again.
  scene.log(kC, 2);
  CHECK(scene.broken([&] { scene.checker.cuts(kA, Zxid::of(1, 1), scene.disks[kA]); }).empty());
}

TEST_CASE("what a voter has acknowledged counts, though its disk was lost since") {
  Scene scene;
  scene.log(kA, 2);
  scene.damaged[kB] = Zxid::of(1, 1);
  CHECK(scene.apply(kA, 1) == "");
  CHECK(scene.apply(kA, 2) == "Z11");
}

TEST_CASE("a fuzzy state is not compared before the end of what it may hold, and then it is") {
  Scene scene;
  for (const ServerId server : {kA, kB}) scene.log(server, 3);
  scene.checker.fuzzy(Zxid::of(1, 1), Zxid::of(1, 3));
  const auto applied = [&](uint32_t at, uint32_t state) {
    return scene.broken([&] {
      scene.checker.applied(kA, Zxid::of(1, at), scene.source.chronicle.checksum_at(Zxid::of(1, state)),
                            scene.disks[kA]);
    });
  };
  CHECK(applied(1, 3) == "");
  CHECK(applied(2, 3) == "");
  CHECK(applied(3, 2) == "Z12");
}

}  // namespace paddock::sim
