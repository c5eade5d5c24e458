#include "server/store/store.h"

#include <catch2/catch.hpp>
#include <thread>

#include "server/store/epoch_file.h"
#include "store_driver.h"
#include "temporary_directory.h"
#include "tests/disks/faulty_env.h"

namespace paddock::store {
namespace {

StoreOptions options_for() {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = "/log";
  options.wal.segment_bytes = 4096;
  options.inline_write_under_us = 1'000'000;
  return options;
}

void remove_all(FaultyEnv& env, const std::string& directory) {
  const auto names = env.list(directory);
  for (const std::string& name : *names) REQUIRE(env.remove(directory + "/" + name).ok());
}

void expect_open(StoreDriver& driver) {
  const bool opened = driver.open();
  INFO(driver.fault());
  REQUIRE(opened);
}

TEST_CASE("a first start finds nothing and sets everything up") {
  FaultyEnv env;
  StoreDriver driver(env, options_for());
  expect_open(driver);
  CHECK(driver.recovered.empty);
  CHECK(driver.recovered.epochs == Epochs{});
  CHECK(driver.recovered.last_logged == Zxid{});
  CHECK(env.content("/data/paddock/FORMAT") == "paddock-store 1\n");
  CHECK(env.content("/log/paddock/FORMAT") == "paddock-store 1\n");
}

TEST_CASE(
    "a lone append is written by the caller if it may wait and the log has nothing to do, and never "
    "otherwise") {
  FaultyEnv env;
  StoreDriver driver(env, options_for());
  expect_open(driver);
  driver.may_wait = GENERATE(false, true);
  REQUIRE(driver.run_to(1));
  // The log thread answers this when it is through with all that it had.
  REQUIRE(driver.read_history({.id = 1, .after = Zxid{0}, .last = Zxid{1}}));
  REQUIRE(driver.run_to(2));
  CHECK(driver.last_was_written_inline() == driver.may_wait);
  REQUIRE(driver.run_to(4));
  CHECK_FALSE(driver.last_was_written_inline());
}

TEST_CASE("what was persisted is there after a restart; after a clean stop there is nothing to replay") {
  FaultyEnv env;
  TreeHistory history;
  const bool inline_writes = GENERATE(false, true);
  for (int64_t last = 5; last < 60; last += 11) {
    StoreDriver driver(env, options_for());
    driver.may_wait = inline_writes;
    expect_open(driver);
    CHECK(driver.recovered.tail.empty());
    REQUIRE(driver.run_to(last));
    REQUIRE(driver.run_to(last + 1));
    CHECK(driver.state->checksum() == history.after(last + 1));
  }
  StoreDriver driver(env, options_for());
  expect_open(driver);
  CHECK(driver.recovered.checkpoint == Zxid{50});
  CHECK(driver.recovered.commit_point == Zxid{50});
  CHECK(driver.recovered.last_logged == Zxid{50});
  CHECK_FALSE(driver.recovered.empty);
  CHECK(driver.state->checksum() == history.after(50));
}

TEST_CASE("work of all kinds is persisted in order") {
  FaultyEnv env;
  {
    StoreDriver driver(env, options_for());
    expect_open(driver);
    driver.submit(WriteEpochs{driver.next_seq(), {1, 0}});
    driver.submit_to(4);
    driver.submit(Truncate{driver.next_seq(), Zxid{4}});
    driver.submit(Fence{driver.next_seq()});
    driver.submit(WriteEpochs{driver.next_seq(), {1, 1}});
    REQUIRE(driver.settle());
  }
  StoreDriver driver(env, options_for());
  expect_open(driver);
  CHECK(driver.recovered.epochs == Epochs{1, 1});
  CHECK(driver.recovered.last_logged == Zxid{4});
}

TEST_CASE("a truncated record does not come back") {
  FaultyEnv env;
  {
    StoreDriver driver(env, options_for());
    expect_open(driver);
    REQUIRE(driver.run_to(3));
    const std::string other = tree_transaction(5);
    driver.submit(Append{driver.next_seq(), Zxid{5}, Bytes(other)});
    driver.submit(Truncate{driver.next_seq(), Zxid{3}});
    driver.submit_to(4);
    REQUIRE(driver.settle());
  }
  StoreDriver driver(env, options_for());
  expect_open(driver);
  CHECK(driver.recovered.last_logged == Zxid{4});
  CHECK(driver.state->last_applied() == Zxid{4});
}

TEST_CASE(
    "a truncation over several segments leaves the log as if they had never been, also after a restart") {
  FaultyEnv env;
  const int64_t cut = GENERATE(10, 11, 25, 39);
  {
    StoreDriver driver(env, options_for());
    expect_open(driver);
    REQUIRE(driver.run_to(10, 600));  // committed, and in the checkpoint
    for (int64_t zxid = 11; zxid <= 40; ++zxid) {
      driver.submit(Append{driver.next_seq(), Zxid{zxid}, Bytes(tree_transaction(zxid, 600))});
      REQUIRE(driver.wait());
    }
    REQUIRE(env.list("/log/paddock/wal")->size() > 4);
    driver.submit(Truncate{driver.next_seq(), Zxid{cut}});
    driver.submit(Append{driver.next_seq(), Zxid{cut + 5}, Bytes(tree_transaction(cut + 5, 600))});
    REQUIRE(driver.wait());
  }
  StoreDriver driver(env, options_for());
  expect_open(driver);
  CHECK(driver.recovered.checkpoint == Zxid{10});
  CHECK(driver.recovered.commit_point == Zxid{10});
  CHECK(driver.recovered.last_logged == Zxid{cut + 5});
  CHECK(driver.recovered.tail.size() == static_cast<size_t>(cut - 10 + 1));
  for (const Append& record : driver.recovered.tail) {
    CHECK(record.txn.view() == tree_transaction(record.zxid.value, 600));
  }
}

TEST_CASE("one directory may hold both") {
  FaultyEnv env;
  StoreOptions options = options_for();
  options.data_log_dir = "";
  for (int64_t last = 3; last < 10; last += 3) {
    StoreDriver driver(env, options);
    expect_open(driver);
    REQUIRE(driver.run_to(last));
  }
}

TEST_CASE("a second store on the same directory is refused") {
  FaultyEnv env;
  StoreDriver first(env, options_for());
  expect_open(first);
  StoreDriver second(env, options_for());
  REQUIRE_FALSE(second.open());
  CHECK(second.fault().find("/data/paddock/LOCK") != std::string::npos);
}

TEST_CASE("a server that may have forgotten a promise does not start, and says what is missing") {
  FaultyEnv env;
  {
    StoreDriver driver(env, options_for());
    expect_open(driver);
    driver.submit(WriteEpochs{driver.next_seq(), {3, 3}});
    REQUIRE(driver.run_to(30));
  }
  std::string missing;
  SECTION("epochs") {
    missing = "/data/paddock/epochs";
    REQUIRE(env.remove(missing).ok());
  }
  SECTION("the log's mark") {
    missing = "/log/paddock/FORMAT";
    REQUIRE(env.remove(missing).ok());
  }
  SECTION("the data's mark") {
    missing = "/data/paddock/FORMAT";
    REQUIRE(env.remove(missing).ok());
  }
  SECTION("the log") {
    missing = "/log/paddock/wal";
    remove_all(env, missing);
  }
  SECTION("the end of the log") {
    missing = "/log/paddock/wal";
    REQUIRE(env.remove(missing + "/" + env.list(missing)->back()).ok());
  }
  SECTION("the checkpoint") {
    missing = "/data/paddock/checkpoint";
    remove_all(env, missing);
  }
  StoreDriver driver(env, options_for());
  REQUIRE_FALSE(driver.open());
  INFO(driver.fault());
  CHECK(driver.fault().find(missing) != std::string::npos);
  CHECK(driver.fault().find("ensemble") != std::string::npos);
}

TEST_CASE("a format of a later version is refused by name") {
  FaultyEnv env;
  {
    StoreDriver driver(env, options_for());
    expect_open(driver);
  }
  env.overwrite("/data/paddock/FORMAT", "paddock-store 2\n");
  StoreDriver driver(env, options_for());
  REQUIRE_FALSE(driver.open());
  CHECK(driver.fault() == "/data/paddock/FORMAT: says version 2; this server reads version 1");
}

TEST_CASE("an idle log notes the commit point by itself") {
  FaultyEnv env;
  StoreDriver driver(env, options_for());
  expect_open(driver);
  REQUIRE(driver.run_to(8));
  driver.store().submit({}, {Zxid{8}});
  const uint64_t syncs = driver.store().status().syncs;
  while (driver.store().status().syncs == syncs) std::this_thread::yield();
  // The power goes; nothing else was ever told to the log.
  const auto crashed = env.after_crash(Fate::lose_all());
  StoreDriver again(*crashed, options_for());
  expect_open(again);
  CHECK(again.recovered.commit_point == Zxid{8});
}

TEST_CASE("the log is purged behind the checkpoint, never to less than the last two points") {
  FaultyEnv env;
  StoreOptions options = options_for();
  options.checkpoint_tail_bytes = 16 << 10;
  options.checkpoint = {.write_buffer_bytes = 64 << 10};
  StoreDriver driver(env, options);
  expect_open(driver);
  for (int64_t last = 10; last <= 3000; last += 10) REQUIRE(driver.run_to(last, 400));
  // A merge holds some 400 of these transactions; so the point that is noted next is at least here, and the
  // log without purges would have 1.5 MB.
  while (driver.store().status().checkpoint < Zxid{2000}) std::this_thread::yield();
  REQUIRE(driver.run_to(3001, 400));
  CHECK(driver.store().status().log_bytes < 1'100'000);
  CHECK(driver.store().status().data_bytes > 10'000);
  driver.close();
  StoreDriver again(env, options);
  expect_open(again);
  CHECK(again.state->checksum() == TreeHistory(400).after(3001));
}

TEST_CASE("a storage error is told once, and nothing that is submitted after it is persisted") {
  for (uint64_t failing = 1; failing < 12; ++failing) {
    FaultyEnv env;
    StoreDriver driver(env, options_for());
    expect_open(driver);
    REQUIRE(driver.run_to(5));
    env.fail_at(env.operations() + failing, "No space left on device");
    int64_t last = 5;
    while (driver.run_to(last + 2, 300)) last += 2;
    // When the checkpoint met the error, the log may be in the middle of its last group.
    const Zxid submitted{driver.submitted()};
    driver.submit_to(last + 10);
    driver.close();
    CHECK(driver.faults() == 1);
    CHECK(driver.fault().find("No space left on device") != std::string::npos);
    CHECK(driver.promised() <= submitted);
  }
}

TEST_CASE("forceSync=no: a log that lost its end behind the checkpoint begins anew there") {
  FaultyEnv env;
  StoreOptions options = options_for();
  options.wal.sync = false;
  {
    StoreDriver driver(env, options);
    expect_open(driver);
    REQUIRE(driver.run_to(9));
  }
  const auto crashed = env.after_crash(Fate::lose_all());
  StoreDriver driver(*crashed, options);
  expect_open(driver);
  CHECK(driver.recovered.checkpoint == Zxid{9});
  CHECK(driver.recovered.last_logged == Zxid{9});
  REQUIRE(driver.run_to(12));
}

TEST_CASE("the real disk holds what the simulated one holds") {
  const TemporaryDirectory directory;
  StoreOptions options;
  options.data_dir = directory.path();
  options.wal.segment_bytes = 1 << 20;
  for (const int64_t last : {100, 5000}) {
    StoreDriver driver(posix_env(), options);
    expect_open(driver);
    for (int64_t next = driver.submitted(); next < last; next += 50) REQUIRE(driver.run_to(next + 50));
  }
  StoreDriver driver(posix_env(), options);
  expect_open(driver);
  CHECK(driver.state->checksum() == TreeHistory().after(5000));
}

}  // namespace
}  // namespace paddock::store
