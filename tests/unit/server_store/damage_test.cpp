#include "server/store/damage.h"

#include <catch2/catch.hpp>

#include "crash_points.h"
#include "store_driver.h"
#include "tests/disks/faulty_env.h"
#include "wal_history_script.h"

namespace paddock::store {
namespace {

constexpr size_t kDataBytes = 300;

StoreOptions options_for(bool ensemble) {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = "/log";
  options.ensemble = ensemble;
  options.wal = {.segment_bytes = 4096, .sync = true, .stamp = 5};
  options.checkpoint = {.write_buffer_bytes = 64 << 10};
  return options;
}

// A server that has promised epoch 3 and holds 30 transactions.
void make_used(Env& env) {
  StoreDriver driver(env, options_for(true));
  REQUIRE(driver.open());
  driver.submit(WriteEpochs{driver.next_seq(), {3, 3}});
  REQUIRE(driver.run_to(30, kDataBytes));
}

void expect_empty_and_damaged(StoreDriver& driver, const std::string& what) {
  const bool opened = driver.open();
  INFO(driver.fault());
  REQUIRE(opened);
  CHECK(driver.recovered.damage.find(what) != std::string::npos);
  CHECK(driver.recovered.epochs == Epochs{});
  CHECK(driver.recovered.last_logged == Zxid{});
  CHECK(driver.recovered.tail.empty());
  CHECK(driver.state->last_applied() == Zxid{});
  CHECK(driver.state->checksum() == TreeHistory().after(0));
}

TEST_CASE(
    "damage of a member of an ensemble is put aside whole, and told until it holds an epoch's history "
    "again") {
  FaultyEnv env;
  make_used(env);
  std::string what;
  SECTION("the log") {
    what = segments_in(env, "/log/paddock/wal").front();
    std::string content = env.content(what);
    content[1000] ^= 1;
    env.overwrite(what, content);
  }
  SECTION("the epochs") {
    what = "/data/paddock/epochs";
    env.overwrite(what, "nothing");
  }
  SECTION("the log's mark is missing") {
    what = "/log/paddock/FORMAT";
    REQUIRE(env.remove(what).ok());
  }
  SECTION("the data's mark is missing") {
    what = "/data/paddock/FORMAT";
    REQUIRE(env.remove(what).ok());
  }
  SECTION("the checkpoint is missing") {
    what = "/data/paddock/checkpoint";
    for (const std::string& name : *env.list(what)) REQUIRE(env.remove(what + "/" + name).ok());
  }
  {
    StoreDriver driver(env, options_for(true));
    expect_empty_and_damaged(driver, what);
    CHECK(*env.exists("/log/paddock/damaged-1/wal"));
    CHECK(*env.exists("/data/paddock/damaged-1/checkpoint"));
  }
  {
    StoreDriver driver(env, options_for(true));
    expect_empty_and_damaged(driver, what);
    driver.submit(WriteEpochs{driver.next_seq(), {5, 0}});
    REQUIRE(driver.wait());
  }
  {
    StoreDriver driver(env, options_for(true));
    REQUIRE(driver.open());
    CHECK_FALSE(driver.recovered.damage.empty());
    driver.submit_snapshot(40, 45, kDataBytes);
    REQUIRE(driver.install_snapshot(kDataBytes));
    driver.submit(WriteEpochs{driver.next_seq(), {5, 5}});
    REQUIRE(driver.wait());
  }
  StoreDriver driver(env, options_for(true));
  REQUIRE(driver.open());
  CHECK(driver.recovered.damage.empty());
  CHECK(driver.state->last_applied() == Zxid{45});
  CHECK(*env.exists("/log/paddock/damaged-1"));
}

TEST_CASE("a standalone server does not start on what a member of an ensemble put aside") {
  FaultyEnv env;
  make_used(env);
  env.overwrite("/data/paddock/epochs", "nothing");
  {
    StoreDriver driver(env, options_for(false));
    REQUIRE_FALSE(driver.open());
    CHECK_FALSE(*env.exists("/data/paddock/damaged-1"));
  }
  {
    StoreDriver driver(env, options_for(true));
    REQUIRE(driver.open());
  }
  StoreDriver driver(env, options_for(false));
  REQUIRE_FALSE(driver.open());
  CHECK(driver.fault().find("/data/paddock/epochs") != std::string::npos);
}

TEST_CASE("a disk that fails and a later format are no damage") {
  FaultyEnv env;
  make_used(env);
  SECTION("a later format") {
    env.overwrite("/data/paddock/FORMAT", "paddock-store 2\n");
  }
  SECTION("a disk that fails") {
    env.fail_at(env.operations() + 4);
  }
  StoreDriver driver(env, options_for(true));
  REQUIRE_FALSE(driver.open());
  CHECK_FALSE(*env.exists("/data/paddock/DAMAGE"));
}

TEST_CASE("a power cut while damage is put aside never lets a server forget that it is damaged") {
  FaultyEnv whole;
  make_used(whole);
  whole.overwrite("/data/paddock/epochs", "nothing");
  const uint64_t begin = whole.operations();
  {
    StoreDriver driver(whole, options_for(true));
    REQUIRE(driver.open());
  }
  for (uint64_t cut = 1; cut <= whole.operations() - begin; ++cut) {
    FaultyEnv env;
    make_used(env);
    env.overwrite("/data/paddock/epochs", "nothing");
    env.cut_power_at(env.operations() + cut);
    {
      StoreDriver before(env, options_for(true));
      before.open();
    }
    for_each_crash(env, [&](FaultyEnv& crashed) {
      StoreDriver driver(crashed, options_for(true));
      expect_empty_and_damaged(driver, "/data/paddock/epochs");
      REQUIRE(driver.run_to(3));
    });
  }
}

}  // namespace
}  // namespace paddock::store
