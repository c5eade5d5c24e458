#include <catch2/catch.hpp>

#include "server/zab/ack_tally.h"
#include "server/zab/discovery.h"
#include "server/zab/history.h"
#include "server/zab/ledger.h"
#include "server/zab/log_position.h"
#include "server/zab/outbox.h"
#include "server/zab/sync_rounds.h"

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

std::string drained(SyncRounds& rounds, Zxid committed) {
  std::string told;
  rounds.drain(committed, [&](uint64_t id) { told += " s" + std::to_string(id); });
  return told;
}

}  // namespace

TEST_CASE("the tally agrees on what a quorum holds") {
  const Configs three(servers(3));
  AckTally tally(three, z(0));
  tally.acknowledge(ServerId{1}, z(9));
  CHECK(tally.agreed() == z(0));
  SECTION("strangers do not count") {
    tally.acknowledge(ServerId{4}, z(9));
    CHECK(tally.agreed() == z(0));
  }
  SECTION("what was forgotten does not count") {
    tally.forget(ServerId{1});
    tally.acknowledge(ServerId{2}, z(4));
    CHECK(tally.agreed() == z(0));
  }
  SECTION("the middle one of three decides, and nothing is taken back") {
    tally.acknowledge(ServerId{2}, z(4));
    CHECK(tally.agreed() == z(4));
    tally.acknowledge(ServerId{3}, z(7));
    CHECK(tally.agreed() == z(7));
    tally.acknowledge(ServerId{3}, z(2));
    CHECK(tally.agreed() == z(7));
    tally.forget(ServerId{1});
    CHECK(tally.agreed() == z(7));
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
  const Configs three(servers(3));
  Discovery discovery(three, ServerId{1});
  discovery.join(ServerId{1}, 4);
  CHECK_FALSE(discovery.epoch().has_value());
  discovery.join(ServerId{2}, 7);
  CHECK(discovery.epoch() == 8u);
  discovery.join(ServerId{3}, 20);
  CHECK(discovery.epoch() == 8u);
  discovery.promise(ServerId{2});
  discovery.promise(ServerId{3});
  CHECK_FALSE(discovery.promised());  // not without the leader itself
  discovery.promise(ServerId{1});
  CHECK(discovery.promised());
}

TEST_CASE("a sync waits for the proposals before it and for a round that began after it") {
  SyncRounds rounds;
  rounds.request(1, z(2));
  CHECK(rounds.wants_round());
  rounds.start_round();
  rounds.request(2, z(2));
  CHECK_FALSE(rounds.wants_round());
  CHECK(drained(rounds, z(9)).empty());
  rounds.round_answered();
  CHECK(drained(rounds, z(1)).empty());
  CHECK(drained(rounds, z(2)) == " s1");
  CHECK(rounds.wants_round());
  rounds.start_round();
  rounds.round_answered();
  CHECK(drained(rounds, z(2)) == " s2");
  CHECK_FALSE(rounds.wants_round());
}

TEST_CASE("a log is as long as what is durable of it, and a staged base moves nothing before it is whole") {
  LogPosition log(z(3));
  log.append(DiskSeq{1}, z(4));
  log.append(DiskSeq{2}, z(5));
  log.persisted(DiskSeq{1});
  CHECK(log.appended() == z(5));
  CHECK(log.durable() == z(4));
  log.stage(z(2));
  log.append(DiskSeq{4}, z(3));
  log.persisted(DiskSeq{4});
  CHECK(log.appended() == z(3));
  CHECK(log.durable() == z(5));
  SECTION("adopted") {
    log.adopt(DiskSeq{5});
    log.append(DiskSeq{6}, z(4));
    log.persisted(DiskSeq{5});
    CHECK(log.durable() == z(3));
    log.persisted(DiskSeq{6});
    CHECK(log.durable() == z(4));
  }
  SECTION("abandoned") {
    log.abandon();
    CHECK(log.appended() == z(5));
    log.truncate(DiskSeq{5}, z(4));
    log.persisted(DiskSeq{5});
    CHECK(log.durable() == z(4));
  }
}

TEST_CASE("a log can be cut where it has an entry, or at the end of an epoch's initial history") {
  store::Recovered recovered;
  recovered.checkpoint = z(7);
  for (const Zxid zxid : {z(8), z(9), Zxid::of(5, 1), Zxid::of(5, 2)})
    recovered.tail.push_back({{}, zxid, {}});
  Ledger ledger(recovered, 10);
  CHECK(ledger.can_end_at(z(7)));
  CHECK(ledger.can_end_at(z(9)));
  CHECK(ledger.can_end_at(Zxid::of(5, 0)));
  CHECK_FALSE(ledger.can_end_at(z(6)));            // committed here
  CHECK_FALSE(ledger.can_end_at(z(10)));           // another server's entry
  CHECK_FALSE(ledger.can_end_at(Zxid::of(4, 0)));  // whose history that is nobody here knows
  ledger.truncate(Zxid::of(5, 0));
  CHECK(ledger.tail().back().zxid == z(9));
}

TEST_CASE("the history keeps the newest entries") {
  History history(2, z(0));
  for (uint32_t counter = 1; counter <= 3; ++counter) history.add(z(counter), {});
  REQUIRE(history.entries().size() == 2);
  CHECK(history.before() == z(1));
  CHECK(history.entries().front().zxid == z(2));
  CHECK(history.entries().back().zxid == z(3));
}

}  // namespace paddock::zab
