#include "server/zab/inherited.h"

#include <catch2/catch.hpp>
#include <initializer_list>

namespace paddock::zab {
namespace {

constexpr ServerId s1{1}, s3{3}, s4{4};

Membership voters(std::initializer_list<int64_t> ids, int64_t version) {
  Membership membership;
  membership.version = version;
  for (const int64_t id : ids) membership.members[ServerId{id}].id = ServerId{id};
  return membership;
}

constexpr Zxid z(uint32_t counter) {
  return Zxid::of(2, counter);
}

Inherited of_s4(const Configs& configs, bool oracle = false) {
  return Inherited(configs, s4, {2, z(1)}, oracle);
}

}  // namespace

TEST_CASE("a later epoch is ahead, a longer log of the same epoch is, and its beginning counts as held") {
  const Configs configs(voters({1, 4}, 0));
  const Inherited inherited = of_s4(configs);
  CHECK(inherited.is_ahead({3, Zxid::of(1, 5)}));
  CHECK(inherited.is_ahead({2, z(2)}));
  CHECK_FALSE(inherited.is_ahead({2, z(1)}));
  CHECK_FALSE(inherited.is_ahead({1, Zxid::of(1, 900)}));
  CHECK_FALSE(Inherited(configs, s4, {2, Zxid::of(1, 5)}, false).is_ahead({2, z(0)}));
}

TEST_CASE("a reconfiguration is not committed if too many of those that vote already have lost it") {
  Configs configs(voters({1, 3, 4}, 0));
  configs.propose(voters({2}, z(1).value));
  Inherited inherited = of_s4(configs);
  CHECK(inherited.pending() == Fate::unknown);
  inherited.told(s1, {1, Zxid::of(1, 5)});
  CHECK(inherited.pending() == Fate::unknown);

  SECTION("the last one has lost it, too") {
    inherited.told(s3, {2, z(0)});
    CHECK(inherited.pending() == Fate::not_committed);
    SECTION("what was said on a connection that is gone says nothing") {
      inherited.forget(s1);
      CHECK(inherited.pending() == Fate::unknown);
    }
  }
  SECTION("the last one holds it, or something as late") {
    inherited.told(s3, {2, z(1)});
    CHECK(inherited.pending() == Fate::maybe_committed);
  }
  SECTION("the last one is in a later epoch, whatever it has of this one") {
    inherited.told(s3, {3, Zxid::of(1, 5)});
    CHECK(inherited.pending() == Fate::maybe_committed);
  }
  SECTION("a server that is only to become a voter proves nothing") {
    inherited.told(ServerId{2}, {1, Zxid::of(1, 5)});
    CHECK(inherited.pending() == Fate::unknown);
  }
}

TEST_CASE("who wants a snapshot says 0, and may hold what was logged in its epoch") {
  Configs configs(voters({1, 4}, 0));
  configs.propose(voters({2}, z(1).value));
  Inherited inherited = of_s4(configs);
  inherited.told(s1, {2, Zxid{}});
  CHECK(inherited.pending() == Fate::maybe_committed);
  inherited.told(s1, {1, Zxid{}});
  CHECK(inherited.pending() == Fate::not_committed);
}

TEST_CASE("by the word of an oracle one of two may have committed it") {
  Configs configs(voters({1, 4}, 0));
  configs.propose(voters({2}, z(1).value));
  Inherited inherited = of_s4(configs, true);
  inherited.told(s1, {1, Zxid::of(1, 5)});
  CHECK(inherited.pending() == Fate::maybe_committed);
}

TEST_CASE("where nothing is pending there is nothing to disprove") {
  const Configs configs(voters({1, 4}, 0));
  Inherited inherited = of_s4(configs);
  inherited.told(s1, {1, Zxid::of(1, 5)});
  CHECK(inherited.pending() == Fate::maybe_committed);
}

}  // namespace paddock::zab
