#include "tests/sim/mandate_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

constexpr ServerId a{1}, b{2}, c{3}, observer{4};

// Three voters and an observer.
bool is_quorum(ServerId, uint32_t, const MandateChecker::Servers& servers) {
  return servers.count(a) + servers.count(b) + servers.count(c) >= 2;
}

std::optional<MandateChecker::Pending> nothing_pending(ServerId, uint32_t) {
  return std::nullopt;
}

}  // namespace

TEST_CASE("a leader synchronises nobody before a quorum of voters has promised its epoch") {
  const Standing same{4, Zxid::of(4, 7)};
  MandateChecker checker(is_quorum, nothing_pending);
  CHECK_THROWS_AS(checker.synchronizes(a, 5), Violation);
  checker.offers(a, 5, same);
  CHECK_THROWS_AS(checker.synchronizes(a, 5), Violation);

  SECTION("an observer's promise is none") {
    checker.promises(observer, a, 5, same);
    CHECK_THROWS_AS(checker.synchronizes(a, 5), Violation);
  }
  SECTION("nor is that of another epoch, or that to another leader") {
    checker.promises(b, a, 4, same);
    checker.promises(b, a, 6, same);
    checker.promises(b, c, 5, same);
    CHECK_THROWS_AS(checker.synchronizes(a, 5), Violation);
  }
  SECTION("with a quorum it may, for as long as it leads, whatever the others promise next") {
    checker.promises(b, a, 5, same);
    checker.promises(b, c, 6, same);
    CHECK_NOTHROW(checker.synchronizes(a, 5));
  }
}

TEST_CASE("a server that is ahead of its leader does not count for it") {
  MandateChecker checker(is_quorum, nothing_pending);
  checker.offers(a, 6, {4, Zxid::of(4, 7)});

  SECTION("ahead by an entry") {
    checker.promises(b, a, 6, {4, Zxid::of(4, 8)});
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
  }
  SECTION("ahead by an epoch, with less of the one before") {
    checker.promises(b, a, 6, {5, Zxid::of(4, 6)});
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
  }
  SECTION("a quorum without it is enough") {
    checker.promises(b, a, 6, {4, Zxid::of(4, 8)});
    checker.promises(c, a, 6, {4, Zxid::of(4, 7)});
    CHECK_NOTHROW(checker.synchronizes(a, 6));
  }
  SECTION("more of an epoch that was left behind is not ahead") {
    checker.promises(b, a, 6, {3, Zxid::of(3, 900)});
    CHECK_NOTHROW(checker.synchronizes(a, 6));
  }
  SECTION("the beginning of an epoch is one history, reported by its number or by the entry before") {
    checker.offers(c, 6, {4, Zxid::of(4, 0)});
    checker.promises(b, c, 6, {4, Zxid::of(3, 2)});
    CHECK_NOTHROW(checker.synchronizes(c, 6));
  }
}

TEST_CASE("who is to become a voter counts though it is ahead, if its reconfiguration cannot be committed") {
  // `a` and `b` vote; it takes both of them to commit that `c` does, and `c`, too.
  const Zxid reconfig = Zxid::of(4, 5);
  zab::Membership before;
  for (const ServerId id : {a, b}) before.members[id].id = id;
  MandateChecker checker(
      [](ServerId, uint32_t, const MandateChecker::Servers& servers) { return servers.size() == 3; },
      [&](ServerId, uint32_t) {
        return std::optional(MandateChecker::Pending{reconfig, before});
      });
  checker.offers(a, 6, {4, reconfig});
  const Standing beyond{4, Zxid::of(4, 9)};

  SECTION("for one without whom it could not has lost it") {
    checker.promises(b, a, 6, {4, Zxid::of(4, 4)});
    checker.promises(c, a, 6, beyond);
    CHECK_NOTHROW(checker.synchronizes(a, 6));
  }
  SECTION("not if all hold it") {
    checker.promises(b, a, 6, {4, reconfig});
    checker.promises(c, a, 6, beyond);
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
  }
  SECTION("nor as long as they may") {
    checker.promises(c, a, 6, beyond);
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
    checker.promises(b, a, 6, {4, Zxid{}});  // it wants a snapshot
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
  }
  SECTION("who votes already never does") {
    checker.promises(b, a, 6, beyond);
    checker.promises(c, a, 6, {4, Zxid::of(4, 4)});
    CHECK_THROWS_AS(checker.synchronizes(a, 6), Violation);
  }
}

TEST_CASE("a leader is followed once a quorum of voters holds the epoch's initial history") {
  MandateChecker checker(is_quorum, nothing_pending);
  CHECK_THROWS_AS(checker.activates(a, 5), Violation);
  checker.holds_history(observer, 5);
  CHECK_THROWS_AS(checker.activates(a, 5), Violation);
  checker.holds_history(b, 4);
  CHECK_THROWS_AS(checker.activates(a, 5), Violation);
  checker.holds_history(b, 5);
  CHECK_NOTHROW(checker.activates(a, 5));
  CHECK_THROWS_AS(checker.activates(a, 6), Violation);
}

}  // namespace paddock::sim
