#include "tests/disks/faulty_env.h"

#include <catch2/catch.hpp>

namespace paddock::store {
namespace {

void make(FaultyEnv& env, const std::string& path) {
  REQUIRE(env.open(path, Env::Open::create).ok());
}

}  // namespace

TEST_CASE("a directory that is moved away leaves nothing to a new one of its name, whatever is lost") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/data/log").ok());
  make(env, "/data/log/durable");
  REQUIRE(env.sync_directory("/data/log").ok());
  make(env, "/data/log/unsynced");
  REQUIRE(env.remove("/data/log/durable").ok());
  REQUIRE(env.rename("/data/log", "/data/aside").ok());
  REQUIRE(env.sync_directory("/data").ok());
  REQUIRE(env.make_directories("/data/log").ok());
  for (const Fate& fate : {Fate::keep_all(), Fate::lose_all()}) {
    const auto crashed = env.after_crash(fate);
    const auto names = crashed->list("/data/log");
    REQUIRE(names.ok());
    CHECK(names->empty());
  }
}

}  // namespace paddock::store
