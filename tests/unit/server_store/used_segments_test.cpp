#include "server/store/used_segments.h"

#include <catch2/catch.hpp>

#include "tests/disks/faulty_env.h"
#include "wal_history_script.h"

namespace paddock::store {
namespace {

constexpr uint64_t kBytes = 4096;

void make_file(FaultyEnv& env, const std::string& path, uint64_t size = kBytes) {
  REQUIRE(env.make_directories("/log").ok());
  REQUIRE(env.open(path, Env::Open::create_new).ok());
  env.overwrite(path, std::string(size, 'x'));
}

TEST_CASE("no more than a few used segments are kept, and only those of the size that is wanted") {
  FaultyEnv env;
  UsedSegments used(env, "/log", kBytes);
  make_file(env, "/log/large", kBytes * 2);
  REQUIRE(used.retire("/log/large", kBytes * 2).ok());
  CHECK(used.empty());
  for (size_t i = 0; i <= UsedSegments::kMost; ++i) {
    const std::string path = "/log/" + std::to_string(i);
    make_file(env, path);
    REQUIRE(used.retire(path, kBytes).ok());
    CHECK_FALSE(*env.exists(path));
  }
  CHECK(env.list("/log")->size() == UsedSegments::kMost);
  CHECK_FALSE(used.take(kBytes * 2));
  for (size_t i = 0; i < UsedSegments::kMost; ++i) CHECK(used.take(kBytes));
  CHECK_FALSE(used.take(kBytes));
}

TEST_CASE("what an earlier life kept is of use to this one, unless it has another size") {
  FaultyEnv env;
  make_file(env, "/log/1");
  make_file(env, "/log/2");
  {
    UsedSegments used(env, "/log", kBytes);
    REQUIRE(used.retire("/log/1", kBytes).ok());
    REQUIRE(used.retire("/log/2", kBytes).ok());
  }
  SECTION("the same size") {
    UsedSegments used(env, "/log", kBytes);
    REQUIRE(used.recover().ok());
    CHECK(used.take(kBytes));
    CHECK(used.take(kBytes));
  }
  SECTION("another size") {
    UsedSegments used(env, "/log", kBytes * 2);
    REQUIRE(used.recover().ok());
    CHECK(used.empty());
    CHECK(env.list("/log")->empty());
  }
}

TEST_CASE("a segment that a power cut could bring back under its old name is not given out") {
  FaultyEnv env;
  make_file(env, "/log/1");
  REQUIRE(env.sync_directory("/log").ok());
  {
    UsedSegments used(env, "/log", kBytes);
    REQUIRE(used.retire("/log/1", kBytes).ok());
    CHECK_FALSE(*env.after_crash(Fate::lose_all())->exists("/log/1"));
  }
  REQUIRE(env.rename("/log/1.used", "/log/2.used").ok());  // of a life that was killed here
  UsedSegments used(env, "/log", kBytes);
  REQUIRE(used.recover().ok());
  CHECK(*env.after_crash(Fate::lose_all())->exists("/log/2.used"));
}

TEST_CASE("a log at work writes its old segments over, and makes no new ones") {
  constexpr WalOptions options{.segment_bytes = kBytes, .sync = true, .stamp = 0};
  FaultyEnv env;
  LogScript script(env, options);
  REQUIRE(script.open());
  size_t most = 0;
  for (int i = 0; i < 60; ++i) {
    REQUIRE(script.group(3, 300));
    if (i % 8 == 7) REQUIRE(script.purge(Zxid{script.last().value - 6}));
    most = std::max(most, env.list("/log")->size());
    const auto crashed = env.after_crash(Fate::torn(static_cast<uint64_t>(i)));
    WalContents found;
    REQUIRE(Wal::open(*crashed, "/log", options, script.model.base, found).ok());
    REQUIRE(entries_of(found.records) == script.model.sure);
  }
  CHECK(most < 14);
  CHECK(script.wal().segments().back().header.index > 20);
  CHECK(script.wal().segments().back().header.written_over);
}

}  // namespace
}  // namespace paddock::store
