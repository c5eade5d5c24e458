// A snapshot from a leader becomes the base of everything; until then, and at every crash, the old one is
// whole.
#include <catch2/catch.hpp>
#include <thread>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"
#include "store_driver.h"

namespace paddock::store {
namespace {

constexpr size_t kDataBytes = 700;
constexpr int64_t kOwn = 20;  // what the server has before
constexpr int64_t kSnapshot = 100;
constexpr int64_t kBehind = 107;  // what the leader sends behind the snapshot

StoreOptions small_options() {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = "/log";
  options.wal = {.segment_bytes = 8192, .sync = true, .stamp = 5};
  options.checkpoint = {.write_buffer_bytes = 64 << 10};
  return options;
}

void expect_open(StoreDriver& driver) {
  const bool opened = driver.open();
  INFO(driver.fault());
  REQUIRE(opened);
}

bool play(StoreDriver& driver) {
  if (!driver.open()) return false;
  if (!driver.run_to(kOwn, kDataBytes)) return false;
  driver.submit_snapshot(kSnapshot, kBehind, kDataBytes);
  if (!driver.install_snapshot(kDataBytes)) return false;
  for (int64_t last = kBehind + 1; last < kBehind + 12; last += 3) {
    if (!driver.run_to(last, kDataBytes)) return false;
  }
  driver.close();
  if (!driver.fault().empty() || !driver.open()) return false;
  return driver.run_to(kBehind + 15, kDataBytes);
}

// But for the log's spare segment, which comes and goes.
std::vector<std::string> names(FaultyEnv& env, const std::string& directory) {
  std::vector<std::string> names = *env.list(directory);
  std::erase(names, "spare.log");
  return names;
}

void wait_until_filled(StoreDriver& driver, FaultyEnv& env) {
  while (*env.exists("/data/paddock/snapshot.1")) std::this_thread::yield();
  CHECK(driver.fault().empty());
}

TEST_CASE("a snapshot replaces everything; the log goes on behind it, the checkpoint follows") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  {
    StoreDriver driver(env, small_options());
    expect_open(driver);
    REQUIRE(driver.run_to(kOwn, kDataBytes));
    driver.submit_snapshot(kSnapshot, kBehind, kDataBytes);
    REQUIRE(driver.install_snapshot(kDataBytes));
    CHECK(driver.state->checksum() == history.after(kBehind));
    wait_until_filled(driver, env);
    REQUIRE(driver.run_to(kBehind + 5, kDataBytes));
    while (driver.store().status().checkpoint < Zxid{kBehind + 5}) std::this_thread::yield();
    CHECK(names(env, "/log/paddock") == std::vector<std::string>{"FORMAT", "LOCK", "wal.1"});
    CHECK(names(env, "/data/paddock") ==
          std::vector<std::string>{"BASE", "FORMAT", "LOCK", "checkpoint.1", "epochs"});
  }
  StoreDriver driver(env, small_options());
  expect_open(driver);
  CHECK(driver.recovered.checkpoint == Zxid{kBehind + 5});
  CHECK(driver.state->checksum() == history.after(kBehind + 5));
}

TEST_CASE("a snapshot may be behind what the server had logged") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  for (int round = 0; round < 2; ++round) {
    StoreDriver driver(env, small_options());
    expect_open(driver);
    REQUIRE(driver.run_to(40, kDataBytes));
    driver.submit_snapshot(10, 12, kDataBytes);
    REQUIRE(driver.install_snapshot(kDataBytes));
    CHECK(driver.state->last_applied() == Zxid{12});
    REQUIRE(driver.run_to(13, kDataBytes));
    CHECK(driver.state->checksum() == history.after(13));
  }
  StoreDriver driver(env, small_options());
  expect_open(driver);
  CHECK(driver.state->checksum() == history.after(13));
}

TEST_CASE("nothing of a snapshot that is not ended is told or kept") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  const bool abandon = GENERATE(false, true);
  {
    StoreDriver driver(env, small_options());
    expect_open(driver);
    REQUIRE(driver.run_to(kOwn, kDataBytes));
    driver.submit_snapshot(kSnapshot, kBehind, kDataBytes);
    driver.submit_snapshot(kSnapshot + 1, kBehind, kDataBytes);  // another one drops the first
    if (abandon) {
      driver.submit(SnapshotAbandon{driver.next_seq()});
      REQUIRE(driver.wait());
      CHECK(names(env, "/log/paddock") == std::vector<std::string>{"FORMAT", "LOCK", "wal"});
    }
    CHECK(driver.acknowledged == Zxid{kOwn});
  }
  StoreDriver driver(env, small_options());
  expect_open(driver);
  CHECK(driver.state->checksum() == history.after(kOwn));
  CHECK(names(env, "/log/paddock") == std::vector<std::string>{"FORMAT", "LOCK", "wal"});
  REQUIRE(driver.run_to(kOwn + 3, kDataBytes));
}

TEST_CASE("one snapshot after the other, faster than checkpoints can be filled") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  {
    StoreDriver driver(env, small_options());
    expect_open(driver);
    for (int64_t zxid = 30; zxid < 300; zxid += 10) {
      driver.submit_snapshot(zxid, zxid + 2, kDataBytes);
      REQUIRE(driver.install_snapshot(kDataBytes));
      REQUIRE(driver.run_to(zxid + 4, kDataBytes));
    }
    CHECK(driver.fault().empty());
  }
  StoreDriver driver(env, small_options());
  expect_open(driver);
  CHECK(driver.state->checksum() == history.after(294));
}

TEST_CASE("images of the base before end with it; what is read next is of the new one") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  REQUIRE(driver.run_to(kOwn, kDataBytes));
  REQUIRE(driver.read_snapshot(1));
  driver.submit_snapshot(kSnapshot, kBehind, kDataBytes);
  REQUIRE(driver.install_snapshot(kDataBytes));
  const auto piece = driver.read_snapshot(2);
  REQUIRE(piece);
  CHECK(piece->zxid >= Zxid{kSnapshot});
  driver.store().read_snapshot({1, true});
  driver.close();
  CHECK(driver.fault().empty());
}

TEST_CASE("a power cut at any operation leaves the old base or the new one, whole") {
  TreeHistory history(kDataBytes);
  FaultyEnv whole;
  {
    StoreDriver driver(whole, small_options());
    const bool played = play(driver);
    INFO(driver.fault());
    REQUIRE(played);
  }
  for (uint64_t cut = 1; cut <= whole.operations() + 5; ++cut) {
    FaultyEnv env;
    env.cut_power_at(cut);
    StoreDriver before(env, small_options());
    play(before);
    before.close();
    INFO("cut at " << cut << " of " << whole.operations());
    for_each_crash(env, [&](FaultyEnv& crashed) {
      StoreDriver driver(crashed, small_options());
      expect_open(driver);
      const int64_t found = driver.state->last_applied().value;
      INFO("found " << found << ", acknowledged " << before.acknowledged.value);
      REQUIRE(Zxid{found} >= before.acknowledged);
      REQUIRE((found <= kOwn || found >= kBehind));
      REQUIRE(driver.state->checksum() == history.after(found));
      REQUIRE(driver.run_to(found + 2, kDataBytes));
      driver.close();
      StoreDriver again(crashed, small_options());
      expect_open(again);
      REQUIRE(again.state->checksum() == history.after(found + 2));
    });
  }
}

}  // namespace
}  // namespace paddock::store
