#include "server/inspect/log_walk.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../server_store/temporary_directory.h"
#include "../server_store/tree_history.h"
#include "../server_store/wal_history_script.h"
#include "server/inspect/overlay_env.h"
#include "server/store/base.h"
#include "server/store/wal.h"
#include "server/store/wal_segment.h"
#include "tests/records/samples.h"

namespace paddock::inspect {
namespace {

namespace fs = std::filesystem;
using store::TemporaryDirectory;
using Kind = LogNote::Kind;

constexpr store::WalOptions kOptions{.segment_bytes = 4096, .sync = true, .stamp = 77};
constexpr size_t kChecksumAndLength = 12;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

// Transactions 1 to `last`, two in each group.
void write_wal(const std::string& directory, int64_t last) {
  fs::create_directories(directory);
  store::WalContents contents;
  const auto wal = store::Wal::open(store::posix_env(), directory, kOptions, {}, contents);
  REQUIRE(wal.ok());
  for (int64_t number = 1; number < last; number += 2) {
    const std::vector<store::Append> group{
        {{}, Zxid{number}, Bytes(store::tree_transaction(number))},
        {{}, Zxid{number + 1}, Bytes(store::tree_transaction(number + 1))}};
    REQUIRE((*wal)->append_group(group, {Zxid{number - 1}}, {}).ok());
  }
}

// Goes on until segments have been written over, and leaves what `last` says.
void write_over(const std::string& directory, int64_t first, int64_t last) {
  store::WalContents contents;
  const auto wal = store::Wal::open(store::posix_env(), directory, kOptions, {}, contents);
  REQUIRE(wal.ok());
  REQUIRE((*wal)->purge(Zxid{first - 1}).ok());
  for (int64_t number = first; number <= last; ++number) {
    const store::Append one{{}, Zxid{number}, Bytes(store::tree_transaction(number))};
    REQUIRE((*wal)->append_group({&one, 1}, {Zxid{number - 1}}, {}).ok());
  }
  REQUIRE((*wal)->segments().back().header.written_over);
}

struct Walked {
  std::vector<int64_t> zxids;
  LogReport report;
};

Walked walk(const std::string& place) {
  OverlayEnv env;
  Walked walked;
  const auto log = find_log(env, place);
  REQUIRE(log.ok());
  const auto report = walk_log(env, *log, [&](const LoggedTxn& logged) {
    walked.zxids.push_back(logged.txn.header.zxid);
    return true;
  });
  REQUIRE(report.ok());
  walked.report = *report;
  return walked;
}

std::vector<int64_t> numbers(int64_t first, int64_t last) {
  std::vector<int64_t> all;
  for (int64_t number = first; number <= last; ++number) all.push_back(number);
  return all;
}

bool starts(const std::string& directory) {
  OverlayEnv env;
  store::WalContents contents;
  return store::Wal::open(env, directory, kOptions, {}, contents).ok();
}

std::string recorded_log() {
  return tests::sample_named(tests::load_samples("disk.txt"), "log file log.1").bytes;
}

// Header and entries of the recorded log, which are those with zxids 1 to 16.
std::vector<std::string> recorded_parts() {
  const std::string log = recorded_log();
  std::vector<std::string> parts{log.substr(0, 16)};
  size_t at = 16;
  for (const tests::Sample& sample : tests::load_samples("disk.txt")) {
    if (!sample.title.starts_with("log entry body")) continue;
    const size_t size = kChecksumAndLength + sample.bytes.size() + 1;
    parts.push_back(log.substr(at, size));
    at += size;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += part;
  return all;
}

class JavaLog {
 public:
  explicit JavaLog(const std::string& bytes) : path(directory_.path() + "/log.1") { write(path, bytes); }

 private:
  TemporaryDirectory directory_;

 public:
  const std::string path;
};

}  // namespace

TEST_CASE("a walk over Paddock's log hands on every transaction, and changes nothing") {
  const TemporaryDirectory directory;
  const std::string wal = directory.path() + "/paddock/wal";
  write_wal(wal, 40);
  REQUIRE(std::distance(fs::directory_iterator(wal), {}) > 1);
  const std::string before = content_of(wal + "/0000000000000001.log");
  for (const std::string& place : {directory.path(), directory.path() + "/paddock", wal}) {
    const Walked walked = walk(place);
    CHECK(walked.zxids == numbers(1, 40));
    CHECK(walked.report.notes.empty());
    CHECK(walked.report.first == Zxid{1});
    CHECK(walked.report.last == Zxid{40});
    CHECK(walked.report.committed == Zxid{38});
  }
  CHECK(content_of(wal + "/0000000000000001.log") == before);
  const Walked one = walk(wal + "/0000000000000001.log");
  CHECK(one.report.files == 1);
  CHECK(one.report.damage() == nullptr);
  CHECK(one.zxids == numbers(1, static_cast<int64_t>(one.zxids.size())));
}

TEST_CASE("what a segment held before it was written over is no write that was cut short; such a one is") {
  const TemporaryDirectory directory;
  const std::string wal = directory.path() + "/wal";
  write_wal(wal, 60);
  write_over(wal, 61, 75);
  const Walked whole = walk(wal);
  CHECK(whole.report.notes.empty());
  CHECK(whole.zxids.back() == 75);
  const std::string newest = store::segments_in(store::posix_env(), wal).back();
  std::string content = content_of(newest);
  const size_t record = content.rfind(store::tree_transaction(75));
  REQUIRE(record != std::string::npos);
  content[record] ^= 1;
  write(newest, content);
  const Walked torn = walk(wal);
  REQUIRE(torn.report.notes.size() == 1);
  CHECK(torn.report.notes[0].kind == Kind::torn);
  CHECK(torn.zxids.back() == 74);
}

TEST_CASE("what a walk calls damage is what a start refuses, whichever byte is broken") {
  const TemporaryDirectory directory;
  const std::string wal = directory.path() + "/wal";
  write_wal(wal, 24);
  size_t damaged = 0;
  size_t torn = 0;
  for (const auto& entry : fs::directory_iterator(wal)) {
    const std::string path = entry.path().string();
    const std::string whole = content_of(path);
    for (size_t at = 0; at < whole.size(); at += 23) {
      std::string broken = whole;
      broken[at] = static_cast<char>(broken[at] ^ 0x10);
      write(path, broken);
      const Walked walked = walk(wal);
      INFO(path << " offset " << at);
      const LogNote* damage = walked.report.damage();
      REQUIRE((damage == nullptr) == starts(wal));
      REQUIRE(walked.zxids == numbers(1, walked.report.last.value));
      damaged += damage != nullptr ? 1 : 0;
      torn += damage == nullptr && !walked.report.notes.empty() ? 1 : 0;
      if (damage != nullptr) {
        REQUIRE(damage->offset <= at);
        REQUIRE(damage->behind <= walked.report.last);
      }
    }
    write(path, whole);
  }
  CHECK(damaged > 50);
  CHECK(torn > 5);
}

TEST_CASE("a segment that is missing is damage where the log was named, and unknown where a file was") {
  const TemporaryDirectory directory;
  const std::string wal = directory.path() + "/wal";
  write_wal(wal, 60);
  REQUIRE(fs::remove(wal + "/0000000000000002.log"));
  const Walked walked = walk(wal);
  REQUIRE(walked.report.damage() != nullptr);
  CHECK(walked.report.damage()->file == wal + "/0000000000000001.log");
  CHECK(walked.report.damage()->text.find("the segment behind it is missing") == 0);
  CHECK(walk(wal + "/0000000000000001.log").report.damage() == nullptr);
}

TEST_CASE("a recorded ZooKeeper log is whole, with its padding") {
  const JavaLog log(recorded_log() + std::string(4096, '\0'));
  const Walked walked = walk(log.path);
  CHECK(walked.zxids == numbers(1, 16));
  CHECK(walked.report.notes.empty());
  CHECK_FALSE(walked.report.committed);
}

TEST_CASE("a ZooKeeper log that ends within an entry is torn, and one that goes on behind it is damaged") {
  auto parts = recorded_parts();
  REQUIRE(parts.size() == 17);
  const size_t end = recorded_log().size();
  const JavaLog cut(recorded_log().substr(0, end - 3));
  const Walked torn = walk(cut.path);
  CHECK(torn.zxids == numbers(1, 15));
  REQUIRE(torn.report.notes.size() == 1);
  CHECK(torn.report.notes[0].kind == Kind::torn);
  CHECK(torn.report.notes[0].offset == end - parts.back().size());
  CHECK(torn.report.notes[0].behind == Zxid{15});

  parts[4].back() = 'X';
  const Walked damaged = walk(JavaLog(joined(parts)).path);
  CHECK(damaged.zxids == numbers(1, 3));
  REQUIRE(damaged.report.damage() != nullptr);
  CHECK(damaged.report.damage()->text == "an entry lacks its end marker, and 0x5 stands whole behind it");
}

TEST_CASE("rot in a ZooKeeper log is told with file, offset and zxid") {
  auto parts = recorded_parts();
  const size_t offset = parts[0].size() + parts[1].size() + parts[2].size();
  parts[3][20] = static_cast<char>(parts[3][20] ^ 1);
  const JavaLog log(joined(parts));
  const Walked walked = walk(log.path);
  CHECK(walked.zxids == numbers(1, 2));
  REQUIRE(walked.report.damage() != nullptr);
  CHECK(walked.report.damage()->file == log.path);
  CHECK(walked.report.damage()->offset == offset);
  CHECK(walked.report.damage()->behind == Zxid{2});
  CHECK(walked.report.damage()->text.find("has Adler-32") != std::string::npos);
}

TEST_CASE("missing and repeated zxids are noted, and are no damage") {
  auto parts = recorded_parts();
  const std::string second = parts[2];
  parts.erase(parts.begin() + 3);
  parts.push_back(second);
  const Walked walked = walk(JavaLog(joined(parts)).path);
  REQUIRE(walked.report.notes.size() == 2);
  CHECK(walked.report.damage() == nullptr);
  CHECK(walked.report.notes[0].kind == Kind::gap);
  CHECK(walked.report.notes[0].text == "0x4 follows 0x2");
  CHECK(walked.report.notes[1].kind == Kind::repeated);
  CHECK(walked.report.last == Zxid{16});
}

TEST_CASE("of several logs that of the base counts, and without a BASE there is no guessing") {
  const TemporaryDirectory directory;
  const std::string paddock = directory.path() + "/paddock";
  write_wal(paddock + "/wal.1", 4);
  CHECK(walk(directory.path()).report.last == Zxid{4});  // a dataLogDir
  write_wal(paddock + "/wal", 8);
  OverlayEnv env;
  CHECK(find_log(env, directory.path()).fault().message.find("holds several logs") != std::string::npos);
  REQUIRE(store::write_base(store::posix_env(), {paddock, paddock}, {1, true, {}}).ok());
  CHECK(walk(directory.path()).report.last == Zxid{4});
  fs::remove(paddock + "/BASE");
  fs::create_directories(paddock + "/checkpoint");
  CHECK(walk(directory.path()).report.last == Zxid{8});
}

TEST_CASE("what is no log is said to be none") {
  const TemporaryDirectory directory;
  OverlayEnv env;
  const auto fault = [&](const std::string& place) {
    const auto log = find_log(env, place);
    return log.ok() ? "no fault" : log.fault().message;
  };
  const std::string& root = directory.path();
  CHECK(fault(root + "/none") == root + "/none: no such file or directory");
  CHECK(fault(root) == root + " holds no data of Paddock or ZooKeeper");
  write(root + "/text", "hello");
  CHECK(fault(root + "/text") == root + "/text is no log of Paddock or ZooKeeper");
  write(root + "/snapshot.0", "ZKSN");
  CHECK(fault(root + "/snapshot.0") == root + "/snapshot.0 is a snapshot, not a log: 'snapshot' shows it");
  CHECK(fault(root) == root + " holds no log: is dataLogDir elsewhere?");
  fs::create_directories(root + "/both/paddock");
  fs::create_directories(root + "/both/version-2");
  CHECK(fault(root + "/both").find("holds data of both Paddock and ZooKeeper") != std::string::npos);
}

}  // namespace paddock::inspect
