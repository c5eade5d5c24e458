#include "server/store/epoch_file.h"

#include <catch2/catch.hpp>

#include "crash_points.h"
#include "tests/disks/faulty_env.h"

namespace paddock::store {
namespace {

Epochs read(Env& env) {
  const auto epochs = read_epochs(env, "/data");
  INFO((epochs.ok() ? "" : epochs.fault().message));
  REQUIRE(epochs.ok());
  REQUIRE(epochs->has_value());
  return **epochs;
}

void make_data(FaultyEnv& env) {
  REQUIRE(env.make_directories("/data").ok());
}

TEST_CASE("epochs that were never written are absent, not zero") {
  FaultyEnv env;
  make_data(env);
  const auto epochs = read_epochs(env, "/data");
  REQUIRE(epochs.ok());
  CHECK_FALSE(epochs->has_value());
}

TEST_CASE("the last epochs written are read") {
  FaultyEnv env;
  make_data(env);
  for (uint32_t epoch = 0; epoch < 5; ++epoch) {
    REQUIRE(write_epochs(env, "/data", {epoch + 1, epoch}).ok());
    CHECK(read(env) == Epochs{epoch + 1, epoch});
  }
}

TEST_CASE("a power cut at any operation leaves the old epochs or the new ones, and what was read stays") {
  for (uint64_t cut = 2;; ++cut) {
    FaultyEnv env;
    make_data(env);
    env.cut_power_at(cut);
    std::optional<Epochs> sure;
    std::optional<Epochs> perhaps;
    bool whole = true;
    for (uint32_t epoch = 1; epoch <= 3 && whole; ++epoch) {
      perhaps = Epochs{epoch, epoch - 1};
      whole = write_epochs(env, "/data", *perhaps).ok();
      if (whole) sure = perhaps;
    }
    for_each_crash(env, [&](FaultyEnv& crashed) {
      const auto found = read_epochs(crashed, "/data");
      INFO("cut " << cut << (found.ok() ? "" : found.fault().message));
      REQUIRE(found.ok());
      REQUIRE((*found == sure || *found == perhaps));
      if (found->has_value()) {
        // Acted upon, then the power goes again.
        const auto again = crashed.after_crash(Fate::lose_all());
        REQUIRE(read(*again) == **found);
      }
    });
    if (whole) break;
  }
}

// A killed process leaves in the page cache what it had written and not synced; the next one reads it there.
TEST_CASE("a power cut during the write behind a killed one leaves what was read, or what was written") {
  for (uint64_t killed = 1; killed <= 4; ++killed) {
    for (uint64_t cut = 1; cut <= 6; ++cut) {
      FaultyEnv env;
      make_data(env);
      REQUIRE(write_epochs(env, "/data", {1, 1}).ok());
      env.cut_power_at(env.operations() + killed);
      REQUIRE_FALSE(write_epochs(env, "/data", {2, 1}).ok());
      env.restore_power();
      const Epochs acted_upon = read(env);
      env.cut_power_at(env.operations() + cut);
      (void)write_epochs(env, "/data", {3, 1});
      for_each_crash(env, [&](FaultyEnv& crashed) {
        INFO("killed at " << killed << ", cut at " << cut);
        const Epochs found = read(crashed);
        REQUIRE((found == acted_upon || found == Epochs{3, 1}));
      });
    }
  }
}

TEST_CASE("each operation of an epoch write that fails is a fault that names the file") {
  for (uint64_t failing = 1;; ++failing) {
    FaultyEnv env;
    make_data(env);
    REQUIRE(write_epochs(env, "/data", {1, 1}).ok());
    env.fail_at(env.operations() + failing);
    const Status done = write_epochs(env, "/data", {2, 1});
    if (done.ok()) {
      CHECK(failing > 4);
      break;
    }
    REQUIRE(done.fault().message.find("/data/epochs") != std::string::npos);
  }
}

TEST_CASE("one rotten byte never brings an older promise back; two rotten slots are refused") {
  FaultyEnv env;
  make_data(env);
  REQUIRE(write_epochs(env, "/data", {1, 1}).ok());
  REQUIRE(write_epochs(env, "/data", {2, 2}).ok());
  const std::string content = env.content("/data/epochs");
  for (size_t at = 0; at < content.size(); ++at) {
    const auto damaged = env.after_crash(Fate::keep_all());
    std::string bytes = content;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    damaged->overwrite("/data/epochs", bytes);
    REQUIRE(read(*damaged) == Epochs{2, 2});
  }
  std::string bytes = content;
  bytes[20] ^= 1;
  bytes[4096 + 20] ^= 1;
  env.overwrite("/data/epochs", bytes);
  const auto refused = read_epochs(env, "/data");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.fault().message.find("/data/epochs") != std::string::npos);
  env.overwrite("/data/epochs", "");
  CHECK_FALSE(read_epochs(env, "/data").ok());
}

}  // namespace
}  // namespace paddock::store
