#include "server/store/wal.h"

#include <catch2/catch.hpp>

#include "server/store/wal_format.h"
#include "server/store/wal_history.h"
#include "tests/disks/faulty_env.h"
#include "wal_history_script.h"

namespace paddock::store {
namespace {

WalOptions tiny() {
  return {.segment_bytes = 4096, .sync = true, .stamp = 77};
}

struct Log {
  explicit Log(Env& env, Zxid above = {}, WalOptions options = tiny()) {
    auto opened = Wal::open(env, "/log", options, above, contents);
    INFO((opened.ok() ? "" : opened.fault().message));
    REQUIRE(opened.ok());
    wal = std::move(*opened);
  }
  void append(std::initializer_list<int64_t> zxids, Zxid commit = {}, Zxid checkpoint = {}) {
    std::vector<Append> records;
    for (const int64_t zxid : zxids) records.push_back({{}, Zxid{zxid}, Bytes(fmt::format("txn {}", zxid))});
    REQUIRE(wal->append_group(records, {commit}, checkpoint).ok());
  }
  std::vector<int64_t> zxids() const {
    std::vector<int64_t> found;
    for (const Append& record : contents.records) found.push_back(record.zxid.value);
    return found;
  }
  WalContents contents;
  std::unique_ptr<Wal> wal;
};

using Zxids = std::vector<int64_t>;

TEST_CASE("a log begins empty behind the zxid it is opened with") {
  FaultyEnv env;
  const Log log(env, Zxid{9});
  CHECK(log.contents.records.empty());
  CHECK(log.contents.last == Zxid{9});
  CHECK(log.wal->last() == Zxid{9});
}

TEST_CASE("what was appended is read back in order, with the notes of the last group") {
  FaultyEnv env;
  {
    Log log(env);
    log.append({1, 2, 3}, Zxid{0});
    log.append({4}, Zxid{3}, Zxid{2});
    log.append({}, Zxid{4}, Zxid{3});
    CHECK(log.wal->last() == Zxid{4});
  }
  const Log again(env);
  CHECK(again.zxids() == Zxids{1, 2, 3, 4});
  CHECK(again.contents.records[3].txn.view() == "txn 4");
  CHECK(again.contents.commit_point == Zxid{4});
  CHECK(again.contents.checkpoint_point == Zxid{3});
  CHECK(again.contents.first == Zxid{1});
  CHECK(again.contents.torn_bytes == 0);
}

TEST_CASE("records up to `above` are not returned") {
  FaultyEnv env;
  Log(env).append({1, 2, 3, 4});
  CHECK(Log(env, Zxid{3}).zxids() == Zxids{4});
}

TEST_CASE("a commit point beyond the last record is not believed further than the log goes") {
  FaultyEnv env;
  Log(env).append({1, 2}, Zxid{9});
  CHECK(Log(env).contents.commit_point == Zxid{2});
}

TEST_CASE("one group is one write and one sync") {
  FaultyEnv env;
  Log log(env);
  log.append({1});  // writes zeros ahead, too
  const uint64_t before = env.operations();
  log.append({2, 3, 4});
  CHECK(env.operations() == before + 2);
  CHECK(log.wal->syncs() == 2);
}

TEST_CASE("forceSync=no never syncs a group") {
  FaultyEnv env;
  WalOptions options = tiny();
  options.sync = false;
  Log log(env, {}, options);
  log.append({1});
  CHECK(log.wal->syncs() == 0);
}

TEST_CASE(
    "segments rotate, a record larger than a segment has one of its own, and purge removes whole ones") {
  FaultyEnv env;
  LogScript script(env, tiny());
  REQUIRE(script.open());
  for (int i = 0; i < 10; ++i) REQUIRE(script.group(3, 300));
  REQUIRE(script.group(1, 10'000));
  REQUIRE(script.group(2));
  const size_t segments = segments_in(env, "/log").size();
  CHECK(segments > 3);
  script.close();
  CHECK(entries_of(Log(env).contents.records) == script.model.sure);

  REQUIRE(script.open());
  REQUIRE(script.purge(Zxid{20}));
  CHECK(segments_in(env, "/log").size() < segments);
  const Log after(env, Zxid{20});
  CHECK(entries_of(after.contents.records) == script.model.sure);
  CHECK(after.contents.base <= Zxid{20});
}

TEST_CASE("truncation cuts within a group, across segments and to nothing, and the log goes on behind it") {
  FaultyEnv env;
  const int64_t last = GENERATE(0, 1, 2, 3, 7, 14, 15, 16, 29, 30, 31);
  LogScript script(env, tiny());
  REQUIRE(script.open());
  for (int i = 0; i < 10; ++i) REQUIRE(script.group(3, 300));
  REQUIRE(script.truncate(Zxid{last}));
  CHECK(script.wal().last() == std::min(Zxid{last}, Zxid{30}));
  script.close();
  CHECK(entries_of(Log(env).contents.records) == script.model.sure);
  REQUIRE(script.open());
  REQUIRE(script.group(4, 500));
  script.close();
  CHECK(entries_of(Log(env).contents.records) == script.model.sure);
}

TEST_CASE("a commit point above a truncation is not believed for what follows") {
  FaultyEnv env;
  {
    Log log(env);
    log.append({1, 2, 3}, Zxid{3});
    REQUIRE(log.wal->truncate(Zxid{1}).ok());
    log.append({Zxid::of(1, 1).value, Zxid::of(1, 2).value}, Zxid{1});
  }
  CHECK(Log(env).contents.commit_point == Zxid{1});
}

TEST_CASE("truncation below the beginning of the log is refused by name") {
  FaultyEnv env;
  Log log(env, Zxid{100});
  log.append({101});
  const Status done = log.wal->truncate(Zxid{50});
  REQUIRE_FALSE(done.ok());
  CHECK(done.fault().message.find("/log") != std::string::npos);
  CHECK(done.fault().message.find("0x32") != std::string::npos);
}

TEST_CASE("a restarted log holds nothing and follows its base") {
  FaultyEnv env;
  {
    Log log(env);
    log.append({1, 2, 3}, Zxid{3});
    REQUIRE(log.wal->restart_after(Zxid{50}).ok());
    CHECK(log.wal->last() == Zxid{50});
    log.append({51});
  }
  const Log again(env, Zxid{50});
  CHECK(again.zxids() == Zxids{51});
  CHECK(again.contents.base == Zxid{50});
  CHECK(env.list("/log")->size() == 1);
}

HistoryFetched fetch(Env& env, Wal& wal, int64_t after, int64_t last, size_t max_bytes = 0) {
  auto fetched = read_history(env, wal.segments(),
                              {.id = 7, .after = Zxid{after}, .last = Zxid{last}, .max_bytes = max_bytes});
  REQUIRE(fetched.ok());
  return std::move(*fetched);
}

TEST_CASE("history is read back from any place that is in the log") {
  FaultyEnv env;
  LogScript script(env, tiny());
  script.model.base = Zxid{0};
  REQUIRE(script.open());
  for (int i = 0; i < 10; ++i) REQUIRE(script.group(3, 300));
  REQUIRE(script.group(0));
  for (int64_t after = 0; after <= 30; ++after) {
    for (int64_t last = after; last <= 31; ++last) {
      const HistoryFetched got = fetch(env, script.wal(), after, last);
      INFO(after << ".." << last);
      CHECK(got.id == 7);
      CHECK(got.contiguous);
      CHECK(got.complete == (last <= 30 || last == after));
      CHECK(got.records.size() == static_cast<size_t>(std::min<int64_t>(last, 30) - after));
    }
  }
}

TEST_CASE("history after a zxid that is not in the log is a hole") {
  FaultyEnv env;
  Log log(env, Zxid{10});
  log.append({11, 12, 15});
  CHECK_FALSE(fetch(env, *log.wal, 9, 15).contiguous);
  CHECK_FALSE(fetch(env, *log.wal, 13, 15).contiguous);
  CHECK(fetch(env, *log.wal, 13, 15).records.empty());
  CHECK(fetch(env, *log.wal, 10, 15).records.size() == 3);
  CHECK_FALSE(fetch(env, *log.wal, 16, 20).contiguous);
}

TEST_CASE("history is read back from the start of an epoch, which is no record") {
  FaultyEnv env;
  Log log(env, Zxid{10});
  const int64_t start = Zxid::of(1, 0).value;
  log.append({11, 12, start + 1, start + 2});
  const HistoryFetched got = fetch(env, *log.wal, start, start + 2);
  CHECK(got.contiguous);
  CHECK(got.complete);
  CHECK(got.records.size() == 2);
  SECTION("but not if the log begins above it") {
    FaultyEnv other;
    Log cut(other, Zxid{start + 1});
    cut.append({start + 2});
    CHECK_FALSE(fetch(other, *cut.wal, start, start + 2).contiguous);
  }
}

TEST_CASE("history stops at its bound in bytes, but gives one record at least") {
  FaultyEnv env;
  Log log(env);
  log.append({1, 2, 3, 4});  // 5 bytes each
  const HistoryFetched some = fetch(env, *log.wal, 0, 4, 11);
  CHECK(some.records.size() == 2);
  CHECK_FALSE(some.complete);
  CHECK(fetch(env, *log.wal, 0, 4, 1).records.size() == 1);
}

TEST_CASE("the length of the log above a zxid shrinks with it") {
  FaultyEnv env;
  LogScript script(env, {.segment_bytes = 1 << 20, .sync = true, .stamp = 1});
  REQUIRE(script.open());
  for (int i = 0; i < 200; ++i) REQUIRE(script.group(1, 4000));
  const uint64_t all = script.wal().bytes_above(Zxid{0});
  CHECK(all > 200 * 4000);
  const uint64_t half = script.wal().bytes_above(Zxid{100});
  CHECK(half > 100 * 4000);
  CHECK(half < all * 2 / 3);
  CHECK(script.wal().bytes_above(Zxid{200}) == 0);
}

TEST_CASE("a segment of a later format is refused by name") {
  FaultyEnv env;
  Log(env).append({1});
  const std::string path = "/log/0000000000000001.log";
  std::string content = env.content(path);
  auto header = decode_header(path, content);
  REQUIRE(header.ok());
  content.replace(0, kBlockBytes, encode_header(**header, kWalVersion + 1));
  env.overwrite(path, content);
  WalContents contents;
  const auto opened = Wal::open(env, "/log", tiny(), {}, contents);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.fault().message.find(path) != std::string::npos);
  CHECK(opened.fault().message.find("version 2") != std::string::npos);
}

}  // namespace
}  // namespace paddock::store
