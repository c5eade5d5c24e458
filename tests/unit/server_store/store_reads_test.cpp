// Reading old history and snapshots from a store that goes on.
#include <catch2/catch.hpp>
#include <thread>

#include "tests/disks/faulty_env.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/snapshot_stream.h"
#include "server/store/store.h"
#include "store_driver.h"

namespace paddock::store {
namespace {

constexpr size_t kDataBytes = 3000;

StoreOptions small_options() {
  StoreOptions options;
  options.data_dir = "/data";
  options.data_log_dir = "/log";
  options.wal = {.segment_bytes = 16384, .sync = true, .stamp = 5};
  options.checkpoint_tail_bytes = 0;
  options.checkpoint.write_buffer_bytes = 64 << 10;
  return options;
}

void expect_open(StoreDriver& driver) {
  const bool opened = driver.open();
  INFO(driver.fault());
  REQUIRE(opened);
}

struct Snapshot {
  Zxid zxid;
  std::string stream;
  size_t pieces = 0;
};

Snapshot read_whole(StoreDriver& driver, uint64_t id) {
  Snapshot snapshot;
  for (bool last = false; !last; ++snapshot.pieces) {
    const auto piece = driver.read_snapshot(id);
    INFO(driver.fault());
    REQUIRE(piece);
    CHECK(piece->id == id);
    CHECK(piece->bytes.size() <= CheckpointImage::kPieceBytes);
    snapshot.zxid = piece->zxid;
    snapshot.stream += piece->bytes.view();
    last = piece->last;
  }
  return snapshot;
}

std::string acl_of(const znode::State& state, znode::NodeIndex node) {
  return std::string(state.acls().encoded(state.tree().acl(node)));
}

// Holds what a stream says against the state that it should be of.
struct Comparison final : quorum::SnapshotVisitor {
  explicit Comparison(const znode::State& expected) : state(expected) {
    acls[quorum::kOpenAclId] = state.acls().encoded(znode::kOpenAcl);
  }
  Status session(const quorum::SessionTimeout& session) override {
    CHECK(state.has_session(SessionId{session.session_id}));
    CHECK(session.timeout_ms == 4000);
    ++sessions;
    return ok_status();
  }
  Status acl(const quorum::SnapshotAcl& acl) override {
    acls[acl.id] = jute::encoded(acl.acl);
    return ok_status();
  }
  Status node(const quorum::SnapshotNode& node) override {
    INFO(node.path.view());
    const znode::NodeIndex found = state.tree().find(node.path.view());
    REQUIRE(found != znode::kNoNode);
    CHECK(state.tree().data(found) == node.data);
    CHECK(state.tree().persisted(found) == node.stat);
    CHECK(acls.at(node.acl_id) == acl_of(state, found));
    ++nodes;
    return ok_status();
  }

  const znode::State& state;
  std::map<int64_t, std::string> acls;
  size_t sessions = 0;
  size_t nodes = 0;
};

void check_is_stream_of(const Snapshot& snapshot, int64_t number) {
  CHECK(snapshot.zxid == Zxid{number});
  znode::State expected({});
  for (int64_t each = 1; each <= number; ++each) apply_to(expected, tree_transaction(each, kDataBytes));
  Comparison comparison(expected);
  quorum::SnapshotParser parser(comparison, 1 << 20);
  const auto fed = parser.feed(snapshot.stream);
  INFO((fed.ok() ? "" : fed.fault().message));
  REQUIRE((fed.ok() && parser.ended() && *fed == snapshot.stream.size()));
  CHECK(comparison.sessions == expected.session_count());
  CHECK(comparison.nodes == expected.tree().node_count());
}

void run_until_checkpoint_reaches(StoreDriver& driver, int64_t number) {
  while (driver.submitted() < number) REQUIRE(driver.run_to(driver.submitted() + 1, kDataBytes));
  while (driver.store().status().checkpoint < Zxid{number}) std::this_thread::yield();
}

TEST_CASE("history that the log holds is fetched piece by piece; a hole is told as one") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  REQUIRE(driver.run_to(50));
  int64_t after = 10;
  for (bool complete = false; !complete;) {
    const auto got = driver.read_history({.id = 3, .after = Zxid{after}, .last = Zxid{40}, .max_bytes = 300});
    REQUIRE((got && got->contiguous && got->id == 3));
    for (const Append& record : got->records) {
      CHECK(record.zxid == Zxid{++after});
      CHECK(record.txn.view() == tree_transaction(after));
    }
    complete = got->complete;
  }
  CHECK(after == 40);
  const auto hole = driver.read_history({.id = 4, .after = Zxid{60}, .last = Zxid{70}});
  REQUIRE(hole);
  CHECK_FALSE(hole->contiguous);
}

TEST_CASE("history is read right while the log is truncated again and again") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  REQUIRE(driver.run_to(20, kDataBytes));
  for (int round = 0; round < 200; ++round) {
    for (int64_t zxid = 21; zxid <= 40; ++zxid) {
      driver.submit(Append{driver.next_seq(), Zxid{zxid}, Bytes(tree_transaction(zxid, kDataBytes))});
    }
    driver.store().read_history({.id = 1, .after = Zxid{5}, .last = Zxid{40}});
    driver.submit(Truncate{driver.next_seq(), Zxid{20}});
    const auto got = driver.read_history({.id = 1, .after = Zxid{5}, .last = Zxid{40}});
    INFO(driver.fault());
    REQUIRE((got && got->contiguous && got->records.size() >= 15));
    REQUIRE(driver.next_history());
  }
}

TEST_CASE("a snapshot is the checkpoint at its first read, whatever is written meanwhile") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  run_until_checkpoint_reaches(driver, 3000);
  Snapshot snapshot;
  const auto first = driver.read_snapshot(1);
  REQUIRE(first);
  CHECK_FALSE(first->last);
  run_until_checkpoint_reaches(driver, 3100);
  snapshot = read_whole(driver, 1);
  snapshot.stream.insert(0, first->bytes.view());
  check_is_stream_of(snapshot, 3000);
  check_is_stream_of(read_whole(driver, 2), 3100);
}

TEST_CASE("the log above an image is kept until it is closed") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  run_until_checkpoint_reaches(driver, 20);
  const Snapshot snapshot = read_whole(driver, 7);
  const HistoryRead above{.id = 1, .after = snapshot.zxid, .last = Zxid{60}};
  for (const int64_t last : {60, 100, 140}) run_until_checkpoint_reaches(driver, last);
  CHECK(driver.read_history(above)->contiguous);
  driver.store().read_snapshot({.id = 7, .close = true});
  bool kept = true;
  for (int64_t last = 150; kept && last < 400; last += 10) {
    run_until_checkpoint_reaches(driver, last);
    kept = driver.read_history(above)->contiguous;
  }
  CHECK_FALSE(kept);
}

TEST_CASE("a fresh store gives the snapshot of an empty tree") {
  FaultyEnv env;
  StoreDriver driver(env, small_options());
  expect_open(driver);
  check_is_stream_of(read_whole(driver, 1), 0);
}

TEST_CASE("a store ends with reads under way") {
  FaultyEnv env;
  for (int round = 0; round < 20; ++round) {
    StoreDriver driver(env, small_options());
    expect_open(driver);
    REQUIRE(driver.run_to(driver.submitted() + 10, kDataBytes));
    for (uint64_t id = 1; id < 5; ++id) {
      driver.store().read_snapshot({id, false});
      driver.store().read_history({.id = id, .after = Zxid{0}, .last = Zxid{10}});
    }
    driver.store().read_snapshot({2, true});
    driver.close();
    CHECK(driver.fault().empty());
  }
}

}  // namespace
}  // namespace paddock::store
