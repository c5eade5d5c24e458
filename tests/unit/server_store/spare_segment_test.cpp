#include "server/store/spare_segment.h"

#include <catch2/catch.hpp>

#include "tests/disks/faulty_env.h"
#include "server/store/wal.h"
#include "server/store/wal_segment.h"
#include "temporary_directory.h"

namespace paddock::store {
namespace {

constexpr uint64_t kBytes = 3 << 20;

struct Spare : SpareSegment {
  Spare(Env& env, uint64_t bytes) : SpareSegment(env, "/log", bytes) {}
  void make() {
    REQUIRE(prepare().ok());
    wait();
  }
};

std::string record_of(int64_t zxid) {
  return std::string(400, static_cast<char>('a' + zxid % 26));
}

Status append(Wal& log, int64_t zxid) {
  const Append one{DiskSeq{0}, Zxid{zxid}, Bytes(record_of(zxid))};
  return log.append_group({&one, 1}, {}, Zxid{});
}

TEST_CASE("a spare is whole and all zeros") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/log").ok());
  Spare spare(env, kBytes + 512);
  spare.make();
  auto file = spare.take("/log/next");
  REQUIRE(file.ok());
  REQUIRE(*file);
  REQUIRE(env.content("/log/next") == std::string(kBytes + 512, '\0'));
}

TEST_CASE("there is no spare before one was asked for, nor a second one without asking again") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/log").ok());
  Spare spare(env, 4096);
  REQUIRE(*spare.take("/log/1") == nullptr);
  spare.make();
  REQUIRE(*spare.take("/log/1") != nullptr);
  REQUIRE(*spare.take("/log/2") == nullptr);
}

TEST_CASE("a spare that a write or a sync failed for is never given out") {
  FaultyEnv whole;
  REQUIRE(whole.make_directories("/log").ok());
  uint64_t operations = 0;
  {
    Spare spare(whole, kBytes);
    spare.make();
    operations = whole.operations();
  }
  for (uint64_t operation = 2; operation <= operations; ++operation) {
    FaultyEnv env;
    REQUIRE(env.make_directories("/log").ok());
    Spare spare(env, kBytes);
    env.fail_at(operation, "No space left on device");
    spare.make();
    INFO("operation " << operation << " of " << operations);
    REQUIRE(env.failed());
    REQUIRE_FALSE(spare.take("/log/next").ok());
    const Status again = spare.prepare();
    REQUIRE_FALSE(again.ok());
    REQUIRE(again.fault().message.find("/log") != std::string::npos);
    REQUIRE(again.fault().message.find("No space left on device") != std::string::npos);
  }
}

TEST_CASE("a spare that nobody took goes with its owner, one of an earlier life with the next") {
  FaultyEnv env;
  REQUIRE(env.make_directories("/log").ok());
  env.overwrite("/log/spare.log", "of an earlier life");
  Spare spare(env, 4096);
  spare.make();
  REQUIRE(*spare.take("/log/next") != nullptr);
  REQUIRE(env.content("/log/next") == std::string(4096, '\0'));
  spare.make();
  REQUIRE(*env.exists("/log/spare.log"));
}

TEST_CASE("a log continues in spares, and is read back whole at every power cut") {
  constexpr WalOptions options{.segment_bytes = 4096, .sync = true, .stamp = 3};
  FaultyEnv env;
  Spare spare(env, options.segment_bytes);
  WalContents nothing;
  auto log = Wal::open(env, "/log/wal", options, Zxid{}, nothing);
  REQUIRE(log.ok());
  (*log)->use(spare);
  for (int64_t zxid = 1; zxid <= 40; ++zxid) {
    REQUIRE(append(**log, zxid).ok());
    spare.wait();
    const auto crashed = env.after_crash(Fate::torn(static_cast<uint64_t>(zxid)));
    WalContents found;
    const auto again = Wal::open(*crashed, "/log/wal", options, Zxid{}, found);
    REQUIRE(again.ok());
    REQUIRE(found.last == Zxid{zxid});
    for (const Append& record : found.records) REQUIRE(record.txn.view() == record_of(record.zxid.value));
  }
  REQUIRE((*log)->segments().size() > 4);
}

}  // namespace
}  // namespace paddock::store
