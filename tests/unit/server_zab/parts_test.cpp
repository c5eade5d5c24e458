#include <catch2/catch.hpp>

#include "server/zab/ack_tally.h"
#include "server/zab/broadcast.h"
#include "server/zab/discovery.h"
#include "server/zab/history.h"
#include "server/zab/outbox.h"

namespace paddock::zab {
namespace {

Membership servers(int64_t count) {
  Membership membership;
  for (int64_t id = 1; id <= count; ++id) membership.members[ServerId{id}].id = ServerId{id};
  return membership;
}

constexpr Zxid z(uint32_t counter) {
  return Zxid::of(3, counter);
}

std::string drained(Broadcast& broadcast) {
  std::string told;
  broadcast.drain([&](Zxid zxid, const Bytes&) { told += " c" + std::to_string(zxid.counter()); },
                  [&](uint64_t id) { told += " s" + std::to_string(id); });
  return told;
}

}  // namespace

TEST_CASE("the tally agrees on what a quorum holds") {
  const Membership three = servers(3);
  AckTally tally(three, z(0));
  CHECK(tally.acknowledge(ServerId{1}, z(9)) == z(0));
  CHECK(tally.acknowledge(ServerId{2}, z(4)) == z(4));
  CHECK(tally.acknowledge(ServerId{3}, z(7)) == z(7));
  SECTION("nothing is taken back") {
    CHECK(tally.acknowledge(ServerId{3}, z(2)) == z(7));
  }
  SECTION("strangers do not count") {
    CHECK(tally.acknowledge(ServerId{4}, z(9)) == z(7));
  }
}

TEST_CASE("a held promise waits for its disk work, and later ones to the same server wait behind it") {
  Outbox outbox;
  outbox.hold(DiskSeq{5}, LogPromise{z(1)});
  outbox.hold(DiskSeq{3}, LogPromise{z(2)});
  std::vector<Zxid> told;
  const auto deliver = [&](const Promise& promise) { told.push_back(std::get<LogPromise>(promise).zxid); };
  outbox.release(DiskSeq{4}, deliver);
  CHECK(told.empty());
  outbox.release(DiskSeq{5}, deliver);
  CHECK(told == std::vector<Zxid>{z(1), z(2)});
  CHECK(outbox.empty());
}

TEST_CASE("a new epoch is above all that a quorum accepted, and stands with a quorum's promises") {
  const Membership three = servers(3);
  Discovery discovery(three);
  discovery.join(ServerId{1}, 4);
  CHECK_FALSE(discovery.epoch().has_value());
  discovery.join(ServerId{2}, 7);
  CHECK(discovery.epoch() == 8u);
  discovery.join(ServerId{3}, 20);
  CHECK(discovery.epoch() == 8u);
  CHECK_FALSE(discovery.promise(ServerId{1}));
  CHECK(discovery.promise(ServerId{3}));
  CHECK_FALSE(discovery.promise(ServerId{2}));
}

TEST_CASE("commits come in order and a sync stays behind the proposals before it") {
  const Membership three = servers(3);
  Broadcast broadcast(three, z(0));
  broadcast.sync(1);
  broadcast.propose(z(1), {});
  broadcast.propose(z(2), {});
  broadcast.sync(2);
  broadcast.propose(z(3), {});
  CHECK(drained(broadcast) == " s1");
  broadcast.acknowledge(ServerId{2}, z(3));
  CHECK(drained(broadcast).empty());
  broadcast.acknowledge(ServerId{1}, z(2));
  CHECK(drained(broadcast) == " c1 c2 s2");
  broadcast.acknowledge(ServerId{3}, z(3));
  CHECK(drained(broadcast) == " c3");
  CHECK(broadcast.outstanding() == 0);
}

TEST_CASE("the history keeps the newest entries") {
  History history(2);
  for (uint32_t counter = 1; counter <= 3; ++counter) history.add(z(counter), {});
  REQUIRE(history.entries().size() == 2);
  CHECK(history.entries().front().zxid == z(2));
  CHECK(history.entries().back().zxid == z(3));
}

}  // namespace paddock::zab
