#include "server/zab/sync_plan.h"

#include <catch2/catch.hpp>
#include <string>

namespace paddock::zab {
namespace {

constexpr Zxid o(uint32_t counter) {
  return Zxid::of(3, counter);
}  // the old epoch
constexpr Zxid e(uint32_t counter) {
  return Zxid::of(5, counter);
}  // the leader's; nobody knows of epoch 4

std::string text(Zxid zxid) {
  return std::to_string(zxid.epoch()) + "." + std::to_string(zxid.counter());
}

std::string told(const KnownLog& log, Zxid position) {
  const SyncPlan plan = plan_sync(log, position);
  if (plan.kind == SyncKind::snap) return "SNAP";
  const std::string opening = (plan.kind == SyncKind::trunc ? "TRUNC " : "DIFF ") + text(plan.opening);
  return opening + (plan.from_disk ? ", from disk after " : ", after ") + text(plan.after);
}

// The table of spec/quorum-protocol.md 7.1, in its order.
const KnownLog kOldOnly{o(0), {o(1), o(2), o(3)}, {5}};
const KnownLog kNewOnly{e(0), {e(1), e(2), e(3)}, {5}};
const KnownLog kBoth{o(0), {o(1), o(2), o(3), e(1), e(2)}, {5}};

}  // namespace

TEST_CASE("a learner whose position the leader knows gets what follows it") {
  CHECK(told(kNewOnly, e(3)) == "DIFF 5.3, after 5.3");
  CHECK(told(kNewOnly, e(2)) == "DIFF 5.3, after 5.2");
  CHECK(told(kBoth, o(3)) == "DIFF 5.2, after 3.3");
  CHECK(told(kOldOnly, o(3)) == "DIFF 3.3, after 3.3");
  CHECK(told(kBoth, o(0)) == "DIFF 5.2, after 3.0");
}

TEST_CASE("the start of an epoch is the end of what came before it") {
  CHECK(told(kBoth, e(0)) == "DIFF 5.2, after 3.3");
  SECTION("known without an entry, from having been there") {
    CHECK(told(kOldOnly, e(0)) == "DIFF 3.3, after 3.3");
  }
  SECTION("unknown") {
    CHECK(told(kBoth, Zxid::of(4, 0)) == "SNAP");
    CHECK(told(kBoth, Zxid::of(6, 0)) == "SNAP");
    CHECK(told(kOldOnly, Zxid::of(2, 0)) == "SNAP");
  }
  SECTION("below what memory knows") {
    const KnownLog later{e(7), {e(8)}, {5}};
    CHECK(told(later, e(0)) == "SNAP");
  }
}

TEST_CASE("what the leader does not have is cut back to the last it has of the same epoch") {
  CHECK(told(kBoth, o(9)) == "TRUNC 3.3, after 3.3");
  CHECK(told(kOldOnly, o(9)) == "TRUNC 3.3, after 3.3");
  CHECK(told(kNewOnly, e(9)) == "TRUNC 5.3, after 5.3");
  SECTION("and beyond the leader's end to that end, whatever the epoch") {
    CHECK(told(kOldOnly, e(9)) == "TRUNC 3.3, after 3.3");
    CHECK(told(kNewOnly, Zxid::of(6, 7)) == "TRUNC 5.3, after 5.3");
  }
  SECTION("but not to the start of an epoch, which no log holds") {
    CHECK(told(KnownLog{e(0), {}, {5}}, e(2)) == "SNAP");
    CHECK(told(KnownLog{e(0), {}, {5}}, Zxid::of(6, 7)) == "SNAP");
  }
  SECTION("and not from an epoch in between") {
    CHECK(told(kBoth, Zxid::of(4, 2)) == "SNAP");
  }
}

TEST_CASE("a learner behind what memory knows is sent history from disk") {
  CHECK(told(kNewOnly, o(2)) == "DIFF 5.3, from disk after 3.2");
  CHECK(told(kNewOnly, Zxid::of(1, 1)) == "DIFF 5.3, from disk after 1.1");
}

TEST_CASE("position 0 asks for a snapshot, unless there is nothing to send") {
  CHECK(told(kBoth, Zxid{}) == "SNAP");
  CHECK(told(kBoth, Zxid{-1}) == "SNAP");
  CHECK(told(KnownLog{Zxid{}, {e(1)}, {}}, Zxid{}) == "SNAP");
  CHECK(told(KnownLog{}, Zxid{}) == "DIFF 0.0, after 0.0");
  SECTION("and an entry is never cut back to nothing") {
    CHECK(told(KnownLog{}, o(2)) == "SNAP");
  }
}

}  // namespace paddock::zab
