#include "server/inspect/stored_tree.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../server_store/temporary_directory.h"
#include "../server_store/tree_history.h"
#include "server/store/base.h"
#include "server/store/checkpoint.h"
#include "server/store/snapshot_file.h"
#include "server/store/wal.h"
#include "tests/records/samples.h"

namespace paddock::inspect {
namespace {

namespace fs = std::filesystem;
using store::TemporaryDirectory;

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string recorded_snapshot() {
  return tests::sample_named(tests::load_samples("disk.txt"), "snapshot file snapshot.10").bytes;
}

// Every file below with its content and its last change.
std::map<std::string, std::pair<std::string, fs::file_time_type>> everything_in(
    const std::string& directory) {
  std::map<std::string, std::pair<std::string, fs::file_time_type>> all;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string content;
    if (entry.is_regular_file()) {
      std::ifstream file(entry.path(), std::ios::binary);
      content.assign(std::istreambuf_iterator<char>(file), {});
    }
    all[entry.path().string()] = {content, entry.last_write_time()};
  }
  return all;
}

std::string fault_of(const std::string& place) {
  const auto tree = load_tree(place);
  return tree.ok() ? "no fault" : tree.fault().message;
}

// As a server leaves it: a checkpoint at zxid 24, with deltas that LevelDB has in its log only.
class DataDirectory {
 public:
  DataDirectory() {
    fs::create_directories(paddock());
    const auto checkpoint = store::Checkpoint::open(store::posix_env(), paddock() + "/checkpoint");
    REQUIRE(checkpoint.ok());
    znode::State state({});
    REQUIRE((*checkpoint)->load(state, {}).ok());
    REQUIRE((*checkpoint)->write(state.full_delta()).ok());
    state.record_changes(true);
    for (int64_t number = 1; number <= 24; ++number) {
      store::apply_to(state, store::tree_transaction(number));
      REQUIRE((*checkpoint)->write(state.take_delta()).ok());
    }
    digest = state.tree().digest();
    nodes = state.tree().node_count();
  }
  std::string path() const { return directory_.path(); }
  std::string paddock() const { return path() + "/paddock"; }

  uint64_t digest = 0;
  size_t nodes = 0;

 private:
  TemporaryDirectory directory_;
};

// Transactions behind `base` up to `last`, in a log that begins there.
void write_wal(const std::string& directory, int64_t base, int64_t last, Zxid committed) {
  fs::create_directories(directory);
  store::WalContents contents;
  const auto wal = store::Wal::open(store::posix_env(), directory, {.segment_bytes = 1 << 20}, {}, contents);
  REQUIRE(wal.ok());
  REQUIRE((*wal)->restart_after(Zxid{base}).ok());
  for (int64_t number = base + 1; number <= last; ++number) {
    const std::vector<store::Append> one{{{}, Zxid{number}, Bytes(store::tree_transaction(number))}};
    REQUIRE((*wal)->append_group(one, {std::min(committed, Zxid{number})}, {}).ok());
  }
}

}  // namespace

TEST_CASE("a checkpoint is loaded whole, and not a byte of its directory changes") {
  const DataDirectory data;
  const auto before = everything_in(data.path());
  for (const std::string& place :
       {data.path(), data.path() + "/", data.paddock(), data.paddock() + "/checkpoint"}) {
    const auto tree = load_tree(place);
    REQUIRE(tree.ok());
    CHECK(tree->zxid == Zxid{24});
    CHECK(tree->state->tree().node_count() == data.nodes);
    CHECK(tree->state->tree().digest() == data.digest);
    CHECK(tree->file_bytes > 0);
  }
  CHECK(everything_in(data.path()) == before);
}

TEST_CASE("the log behind a checkpoint is applied as far as it is known to be committed") {
  const DataDirectory data;
  const std::string wal = data.paddock() + "/wal";
  write_wal(wal, 24, 40, Zxid{36});
  znode::State expected({});
  for (int64_t number = 1; number <= 36; ++number) store::apply_to(expected, store::tree_transaction(number));
  auto tree = load_tree(data.path());
  REQUIRE(tree.ok());
  REQUIRE(replay_log(*tree, data.path()).ok());
  CHECK(tree->replayed == 12);
  CHECK(tree->zxid == Zxid{24});
  CHECK(tree->state->last_applied() == Zxid{36});
  CHECK(tree->state->tree().digest() == expected.tree().digest());

  fs::remove_all(wal);
  write_wal(wal, 30, 40, Zxid{36});
  tree = load_tree(data.path());
  CHECK(replay_log(*tree, data.path()).fault().message.find("the log begins behind zxid 0x1e") !=
        std::string::npos);
}

TEST_CASE("the log behind a ZooKeeper snapshot is applied in full, and leads to the recorded digest") {
  const TemporaryDirectory directory;
  const auto samples = tests::load_samples("disk.txt");
  write(directory.path() + "/snapshot.0", tests::sample_named(samples, "snapshot file snapshot.0").bytes);
  write(directory.path() + "/log.1", tests::sample_named(samples, "log file log.1").bytes);
  auto tree = load_tree(directory.path());
  REQUIRE(tree.ok());
  REQUIRE(replay_log(*tree, directory.path()).ok());
  CHECK(tree->replayed == 16);
  CHECK(tree->state->tree().digest() == 12800143846);
  CHECK(tree->state->tree().node_count() == 9);
}

TEST_CASE("a directory that a server has open is refused, and is free again behind it") {
  const DataDirectory data;
  {
    const auto lock = store::posix_env().lock(data.paddock() + "/LOCK");
    REQUIRE(lock.ok());
    CHECK(fault_of(data.path()).find(data.paddock() + ": a server is running on this directory") == 0);
    CHECK(fault_of(data.paddock() + "/checkpoint").find("a server is running") != std::string::npos);
  }
  CHECK(load_tree(data.path()).ok());
}

TEST_CASE("a snapshot that a leader sent is loaded, as the file and as the base") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/snapshot.1";
  const auto file = store::SnapshotFileWriter::create(store::posix_env(), path, Zxid{24});
  REQUIRE(file.ok());
  REQUIRE((*file)->append(store::tree_snapshot(24)).ok());
  REQUIRE((*file)->finish().ok());
  const auto tree = load_tree(path);
  REQUIRE(tree.ok());
  CHECK(tree->place.form == TreeForm::received_snapshot);
  CHECK(tree->zxid == Zxid{24});

  const std::string paddock = directory.path() + "/data/paddock";
  fs::create_directories(paddock);
  fs::rename(path, paddock + "/snapshot.1");
  REQUIRE(store::write_base(store::posix_env(), {paddock, paddock}, {1, false, Zxid{24}}).ok());
  CHECK(load_tree(directory.path() + "/data")->zxid == Zxid{24});
}

TEST_CASE("a recorded ZooKeeper snapshot is loaded with its digest, compressed or not") {
  const TemporaryDirectory directory;
  write(directory.path() + "/snapshot.10", recorded_snapshot());
  const auto tree = load_tree(directory.path() + "/snapshot.10");
  REQUIRE(tree.ok());
  CHECK(tree->zxid == Zxid{0x10});
  CHECK(tree->state->tree().node_count() == 9);
  REQUIRE(tree->digest);
  CHECK(tree->digest->zxid == Zxid{0x10});
  CHECK(tree->digest->value == tree->state->tree().digest());

  const std::string packed = directory.path() + "/snapshot.11.gz";
  const gzFile file = gzopen(packed.c_str(), "wb");
  const std::string bytes = recorded_snapshot();
  REQUIRE(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())) == static_cast<int>(bytes.size()));
  gzclose(file);
  CHECK(load_tree(packed)->zxid == Zxid{0x11});
  CHECK(load_tree(directory.path())->place.path == packed);
}

TEST_CASE("a snapshot without digest, as 3.5 wrote it, is loaded") {
  constexpr size_t kDigestAndSeal = 33;
  const TemporaryDirectory directory;
  const std::string whole = recorded_snapshot();
  write(directory.path() + "/snapshot.10", whole.substr(0, whole.size() - kDigestAndSeal));
  const auto tree = load_tree(directory.path() + "/snapshot.10");
  REQUIRE(tree.ok());
  CHECK_FALSE(tree->digest);
}

TEST_CASE("a snapshot with a broken byte anywhere is refused, never shown") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/snapshot.10";
  const std::string whole = recorded_snapshot();
  // Version and database id, behind the magic number, are sealed as well.
  for (size_t at = 0; at < whole.size(); at += 5) {
    std::string broken = whole;
    broken[at] = static_cast<char>(broken[at] ^ 0x20);
    write(path, broken);
    INFO("offset " << at);
    REQUIRE_FALSE(load_tree(path).ok());
  }
}

TEST_CASE("a place that holds no state says what it holds") {
  const TemporaryDirectory directory;
  const std::string& root = directory.path();
  write(root + "/log.1", "ZKLG");
  CHECK(fault_of(root + "/log.1") == root + "/log.1 is a log, not a snapshot: 'log' shows it");
  CHECK(fault_of(root) == root + " holds no snapshot: is dataDir elsewhere?");
  CHECK(fault_of(root + "/none") == root + "/none: no such file or directory");
}

}  // namespace paddock::inspect
