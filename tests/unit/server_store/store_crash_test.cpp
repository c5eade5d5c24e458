#include <catch2/catch.hpp>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"
#include "store_driver.h"

namespace paddock::store {
namespace {

constexpr size_t kDataBytes = 700;

StoreOptions small_options() {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = "/log";
  options.wal = {.segment_bytes = 8192, .sync = true, .stamp = 5};
  options.checkpoint = {.write_buffer_bytes = 64 << 10};
  return options;
}

// Starts, epochs, groups of many sizes, checkpoints, purges, a clean stop and a restart. False if cut short.
bool play(StoreDriver& driver, std::optional<Epochs>& promised) {
  if (!driver.open()) return false;
  for (int64_t last = 1; last <= 60; last += 1 + last % 5) {
    if (!driver.run_to(last, kDataBytes)) return false;
    if (last % 7 != 0) continue;
    const auto epoch = static_cast<uint32_t>(last);
    driver.submit(WriteEpochs{driver.next_seq(), {epoch, epoch - 1}});
    if (!driver.settle(kDataBytes)) return false;
    promised = Epochs{epoch, epoch - 1};
  }
  driver.close();
  return driver.fault().empty() && driver.open() && driver.run_to(64, kDataBytes);
}

void check_recovery(FaultyEnv& env, StoreDriver& before, const std::optional<Epochs>& promised,
                    TreeHistory& history) {
  StoreDriver driver(env, small_options());
  const bool opened = driver.open();
  INFO(driver.fault());
  REQUIRE(opened);
  const Zxid found = driver.state->last_applied();
  REQUIRE(found >= before.promised());
  REQUIRE(found.value <= before.submitted());
  REQUIRE(found == driver.recovered.last_logged);
  REQUIRE(driver.state->checksum() == history.after(found.value));
  if (promised) REQUIRE(driver.recovered.epochs.accepted >= promised->accepted);
  REQUIRE(driver.run_to(found.value + 2, kDataBytes));
}

TEST_CASE(
    "the store survives a power cut at any operation: nothing acknowledged is missing, nothing half done") {
  TreeHistory history(kDataBytes);
  FaultyEnv whole;
  {
    StoreDriver driver(whole, small_options());
    std::optional<Epochs> promised;
    REQUIRE(play(driver, promised));
  }
  for (uint64_t cut = 1; cut <= whole.operations(); cut += 1 + cut / 100) {
    FaultyEnv env;
    env.cut_power_at(cut);
    StoreDriver driver(env, small_options());
    std::optional<Epochs> promised;
    play(driver, promised);
    driver.close();
    INFO("cut at " << cut << " of " << whole.operations());
    for_each_crash(env, [&](FaultyEnv& crashed) { check_recovery(crashed, driver, promised, history); });
  }
}

TEST_CASE("every operation of the store that fails is a fault that names a file") {
  TreeHistory history(kDataBytes);
  for (uint64_t failing = 1;; ++failing) {
    FaultyEnv env;
    env.fail_at(failing);
    StoreDriver driver(env, small_options());
    std::optional<Epochs> promised;
    const bool whole = play(driver, promised);
    driver.close();
    if (!env.failed()) break;
    INFO("operation " << failing << ": " << driver.fault());
    if (!whole) REQUIRE(driver.fault().find("/paddock") != std::string::npos);
    REQUIRE(driver.faults() <= 1);
    const auto crashed = env.after_crash(Fate::keep_all());
    check_recovery(*crashed, driver, promised, history);
  }
}

}  // namespace
}  // namespace paddock::store
