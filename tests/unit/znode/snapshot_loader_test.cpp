#include "znode/snapshot_loader.h"

#include <catch2/catch.hpp>
#include <string>

#include "state_fixture.h"
#include "znode/tree_walk.h"

namespace paddock::znode::test {
namespace {

// What a snapshot of `state` holds, given to the loader.
Status load(const State& state, SnapshotLoader& loader) {
  state.for_each_session([&](SessionId id, int32_t timeout_ms) { loader.session(id.value, timeout_ms); });
  const Tree& tree = state.tree();
  for_each_below(tree, kRoot, [&](NodeIndex node) {
    if (tree.acl(node) != kOpenAcl) loader.acl(tree.acl(node), state.acls().list(tree.acl(node)));
  });
  Status status = ok_status();
  for_each_below(tree, kRoot, [&](NodeIndex node) {
    const std::string path = node == kRoot ? "" : tree.path(node);
    const int64_t acl = tree.acl(node) == kOpenAcl ? -1 : int64_t{tree.acl(node)};
    if (status.ok()) status = loader.node(path, tree.data(node), acl, tree.persisted(node));
  });
  return status.ok() ? loader.finish(state.last_applied()) : status;
}

// The start of every snapshot.
void load_root(SnapshotLoader& loader) {
  REQUIRE(loader.node("", "", -1, {}).ok());
}

}  // namespace

TEST_CASE("a state out of another's snapshot is that state") {
  World world;
  world.create_session(7, 4000);
  world.create("/a", "data");
  world.acl = digest_acl("user:hash");
  world.create("/a/secret", jute::Buffer());
  world.create_ephemeral("/a/e", 7);

  State copy({});
  SnapshotLoader loader(copy);
  REQUIRE(load(world.state, loader).ok());
  CHECK(copy.checksum() == world.state.checksum());
  CHECK(copy.last_applied() == world.state.last_applied());
  CHECK(copy.has_session(SessionId{7}));
  CHECK(copy.tree().ephemerals_of(7).size() == 1);
  CHECK(copy.tree().data(copy.tree().find("/a/secret")).is_null());
}

TEST_CASE("what the state held before a snapshot is gone") {
  World world;
  World other;
  other.create("/other");
  SnapshotLoader loader(other.state);
  REQUIRE(load(world.state, loader).ok());
  CHECK_FALSE(other.has("/other"));
  CHECK(other.state.checksum() == world.state.checksum());
}

TEST_CASE("the usage below a quota is counted anew") {
  State state({});
  SnapshotLoader loader(state);
  load_root(loader);
  for (const char* path : {"/zookeeper", "/zookeeper/quota", "/zookeeper/quota/a", "/a", "/a/b"}) {
    REQUIRE(loader.node(path, "", -1, {}).ok());
  }
  REQUIRE(loader.node("/zookeeper/quota/a/zookeeper_limits", "count=9,bytes=-1", -1, {}).ok());
  REQUIRE(loader.node("/zookeeper/quota/a/zookeeper_stats", "count=1,bytes=0", -1, {}).ok());
  REQUIRE(loader.finish(Zxid::of(1, 1)).ok());
  CHECK(state.tree().data(state.tree().find("/zookeeper/quota/a/zookeeper_stats")).str() ==
        "count=2,bytes=0");
}

TEST_CASE("a node whose list the table lacks is closed to everybody, until it is created again") {
  World world;
  SnapshotLoader loader(world.state);
  load_root(loader);
  client::StatPersisted stat;
  stat.czxid = stat.mzxid = stat.pzxid = 3;
  REQUIRE(loader.node("/late", "", 42, stat).ok());
  REQUIRE(loader.finish(Zxid{2}).ok());
  const AclView closed = world.acl_of("/late");
  CHECK_FALSE(allows(closed, client::kPermRead, {{"ip", "1.2.3.4"}}, {}));
  world.zxid = 2;
  world.acl = digest_acl("user:hash");
  CHECK(world.create("/late") == ErrorCode::node_exists);
  CHECK(world.acl_of("/late") == digest_acl("user:hash"));
}

TEST_CASE("digests are not compared before a state out of a snapshot has caught up") {
  World world;
  SnapshotLoader loader(world.state);
  load_root(loader);
  REQUIRE(loader.finish(Zxid{}).ok());
  const auto create_with_wrong_digest = [&](const char* path) {
    world.expected_digest = txn::TxnDigest{txn::kDigestVersion, 1};
    world.create(path);
  };
  create_with_wrong_digest("/a");
  CHECK(world.state.digest_mismatches() == 0);
  world.state.caught_up();
  create_with_wrong_digest("/b");
  CHECK(world.state.digest_mismatches() == 1);
}

TEST_CASE("a snapshot that no tree fits is refused by the path that is wrong") {
  State state({});
  SnapshotLoader loader(state);
  SECTION("no node at all") {
    CHECK_FALSE(loader.finish(Zxid{1}).ok());
  }
  SECTION("the root does not come first") {
    CHECK_FALSE(loader.node("/a", "", -1, {}).ok());
  }
  SECTION("below the root") {
    load_root(loader);
    REQUIRE(loader.node("/a", "", -1, {}).ok());
    for (const char* path : {"", "/a", "/b/c", "a", "//", "/a/", "//b"}) {
      const Status refused = loader.node(path, "", -1, {});
      CAPTURE(path);
      REQUIRE_FALSE(refused.ok());
      if (*path != '\0') CHECK(refused.fault().message.find(path) != std::string::npos);
    }
  }
}

TEST_CASE("states that are swapped leave references to them valid, and keep their counts of mismatches") {
  World world;
  const State& seen = world.state;
  world.create("/old");
  world.expected_digest = txn::TxnDigest{txn::kDigestVersion, 1};
  world.create("/wrong");
  REQUIRE(seen.digest_mismatches() == 1);

  World other;
  other.create("/new");
  world.state.swap(other.state);
  CHECK(seen.tree().find("/old") == kNoNode);
  CHECK(seen.tree().find("/new") != kNoNode);
  CHECK(seen.last_applied() == Zxid{1});
  CHECK(seen.digest_mismatches() == 1);
  CHECK(other.state.digest_mismatches() == 0);
  world.zxid = 1;
  CHECK(world.create("/new/child") == ErrorCode::ok);
}

}  // namespace paddock::znode::test
