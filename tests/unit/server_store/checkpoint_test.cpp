#include "server/store/checkpoint.h"

#include <catch2/catch.hpp>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"
#include "tree_history.h"

namespace paddock::store {
namespace {

constexpr char kDirectory[] = "/data/checkpoint";
constexpr size_t kDataBytes = 6000;
// As small as LevelDB allows, so that a short history turns its tables over.
constexpr CheckpointOptions kSmall{.write_buffer_bytes = 64 << 10};

constexpr int64_t kTransactionsPerDelta = 7;

// Drives a checkpoint as a server does; stops at the first fault.
struct Driver {
  explicit Driver(Env& env) : env(env) {}

  bool open() {
    auto opened = Checkpoint::open(env, kDirectory, kSmall);
    if (!opened.ok()) return fail(opened.fault());
    checkpoint = std::move(*opened);
    const auto loaded = checkpoint->load(state, {});
    if (!loaded.ok()) return fail(loaded.fault());
    state.record_changes(true);
    if (*loaded) return true;
    return write(state.full_delta());
  }
  bool run_to(int64_t last) {
    for (int64_t number = state.last_applied().value + 1; number <= last; ++number) {
      apply_to(state, tree_transaction(number, kDataBytes));
      if (number % kTransactionsPerDelta == 0 && !flush()) return false;
    }
    return true;
  }
  bool flush() { return write(state.take_delta()); }
  bool write(znode::Delta delta) {
    if (!passed(checkpoint->write(std::move(delta)))) return false;
    sure = checkpoint->applied();
    begun = true;
    return true;
  }
  bool passed(const Status& done) { return done.ok() || fail(done.fault()); }
  bool fail(const Fault& met) {
    fault = met.message;
    return false;
  }

  Env& env;
  znode::State state{znode::Options{}};
  std::unique_ptr<Checkpoint> checkpoint;
  Zxid sure;           // durable
  bool begun = false;  // the base is durable
  std::string fault;
};

bool play(Driver& driver) {
  return driver.open() && driver.run_to(9) && driver.flush() && driver.run_to(120) && driver.flush();
}

TEST_CASE("an empty checkpoint loads nothing") {
  FaultyEnv env;
  auto checkpoint = Checkpoint::open(env, kDirectory);
  REQUIRE(checkpoint.ok());
  znode::State state({});
  const auto loaded = (*checkpoint)->load(state, {});
  REQUIRE(loaded.ok());
  CHECK_FALSE(*loaded);
  CHECK((*checkpoint)->applied() == Zxid{});
}

TEST_CASE("what is loaded is the state after the transaction of the last batch") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  for (const int64_t last : {1, 7, 8, 50, 200}) {
    {
      Driver driver(env);
      REQUIRE((driver.open() && driver.run_to(last) && driver.flush()));
    }
    Driver again(env);
    INFO(again.fault);
    REQUIRE(again.open());
    CHECK(again.state.last_applied() == Zxid{last});
    CHECK(again.state.checksum() == history.after(last));
  }
}

TEST_CASE("a database that is behind the point noted in the log is refused") {
  FaultyEnv env;
  {
    Driver driver(env);
    REQUIRE((driver.open() && driver.run_to(20) && driver.flush()));
  }
  auto checkpoint = Checkpoint::open(env, kDirectory);
  REQUIRE(checkpoint.ok());
  znode::State state({});
  const auto loaded = (*checkpoint)->load(state, Zxid{21});
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.fault().message.find(kDirectory) != std::string::npos);
  CHECK(loaded.fault().message.find("0x15") != std::string::npos);
}

// Opens what a crash left. The state must be the one after some transaction at or above `sure`.
void check_recovery(FaultyEnv& env, const Driver& before, TreeHistory& history) {
  Driver driver(env);
  const bool opened = driver.open();
  INFO(driver.fault);
  REQUIRE(opened);
  const Zxid found = driver.state.last_applied();
  REQUIRE(found >= before.sure);
  REQUIRE(driver.state.checksum() == history.after(found.value));
  REQUIRE(driver.run_to(found.value + 3));
  REQUIRE(driver.flush());
}

TEST_CASE("the checkpoint survives a power cut at every operation, whatever was lost of the unsynced") {
  TreeHistory history(kDataBytes);
  FaultyEnv whole;
  {
    Driver driver(whole);
    REQUIRE(play(driver));
  }
  size_t states = 0;
  for (uint64_t cut = 1; cut <= whole.operations(); ++cut) {
    FaultyEnv env;
    env.cut_power_at(cut);
    Driver driver(env);
    play(driver);
    driver.checkpoint.reset();
    INFO("cut at " << cut << " of " << whole.operations());
    states += for_each_crash(env, [&](FaultyEnv& crashed) { check_recovery(crashed, driver, history); });
  }
  CHECK(states > 1000);
}

TEST_CASE("every operation of the checkpoint that fails is a fault that names a file") {
  TreeHistory history(kDataBytes);
  for (uint64_t failing = 1;; ++failing) {
    FaultyEnv env;
    env.fail_at(failing, failing % 2 == 0 ? "Input/output error" : "No space left on device");
    Driver driver(env);
    const bool whole = play(driver);
    driver.checkpoint.reset();
    if (!env.failed()) break;
    INFO("operation " << failing << ": " << driver.fault);
    if (!whole) REQUIRE(driver.fault.find("/data") != std::string::npos);
    const auto crashed = env.after_crash(Fate::keep_all());
    check_recovery(*crashed, driver, history);
  }
}

TEST_CASE("a flipped bit in the database is refused or harmless, never another state") {
  FaultyEnv env;
  TreeHistory history(kDataBytes);
  {
    Driver driver(env);
    REQUIRE(play(driver));
  }
  size_t refused = 0;
  const auto names = env.list(kDirectory);
  for (const std::string& name : *names) {
    const std::string path = fmt::format("{}/{}", kDirectory, name);
    const std::string content = env.content(path);
    const size_t stride = std::max<size_t>(1, content.size() / 150);
    for (size_t at = 0; at < content.size(); at += stride) {
      const auto damaged = env.after_crash(Fate::keep_all());
      std::string bytes = content;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
      damaged->overwrite(path, bytes);
      INFO(name << " byte " << at);
      znode::State state({});
      auto checkpoint = Checkpoint::open(*damaged, kDirectory, kSmall);
      if (!checkpoint.ok()) {
        REQUIRE(checkpoint.fault().message.find(kDirectory) != std::string::npos);
        ++refused;
        continue;
      }
      const auto loaded = (*checkpoint)->load(state, Zxid{120});
      if (!loaded.ok()) {
        REQUIRE(loaded.fault().message.find(kDirectory) != std::string::npos);
        ++refused;
        continue;
      }
      REQUIRE(*loaded);
      REQUIRE(state.last_applied() == Zxid{120});
      REQUIRE(state.checksum() == history.after(120));
    }
  }
  CHECK(refused > 100);
}

}  // namespace
}  // namespace paddock::store
