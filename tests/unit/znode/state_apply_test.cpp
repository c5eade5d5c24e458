#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "state_fixture.h"

namespace paddock::znode::test {
namespace {

using Lines = std::vector<std::string>;

Options with_ttl() {
  Options options;
  options.extended_types = true;
  return options;
}

}  // namespace

TEST_CASE("a fresh state is ZooKeeper's") {
  World world;
  CHECK(world.state.tree().digest() == 1371985504);
  CHECK(world.state.tree().node_count() == 4);
  CHECK(world.state.tree().data_bytes() == 44);
  CHECK(world.stat("/").cversion == -1);
  CHECK(world.stat("/zookeeper").cversion == -2);
  CHECK(world.stat("/zookeeper/config").aversion == -1);
  CHECK(world.acl_of("/zookeeper/config") == AclView{client::Acl{client::kPermRead, {"world", "anyone"}}});
  CHECK(world.acl_of("/zookeeper/quota") == open_acl());
  CHECK(world.state.last_applied() == Zxid{0});
}

TEST_CASE("create makes the node, raises the parent and reports the new stat") {
  World world;
  world.zxid = 1;
  CHECK(world.create("/a", "hello", 1) == ErrorCode::ok);
  CHECK(world.state.last_applied() == Zxid{2});
  CHECK(world.result.op.path == "/a");
  CHECK(world.result.op.stat == world.stat("/a"));
  const client::Stat stat = world.stat("/a");
  CHECK(stat == client::Stat{2, 2, 2000, 2000, 0, 0, 0, 0, 5, 0, 2});
  CHECK(world.stat("/").cversion == 2 * 1 - 2);
  CHECK(world.stat("/").pzxid == 2);
}

TEST_CASE("the parent's cversion is only ever raised") {
  World world;
  world.create("/a");
  world.create("/a/1", "", 7);
  CHECK(world.state.tree().persisted(world.state.tree().find("/a")).cversion == 7);
  const int64_t pzxid = world.stat("/a").pzxid;
  world.create("/a/2", "", 6);
  CHECK(world.state.tree().persisted(world.state.tree().find("/a")).cversion == 7);
  CHECK(world.stat("/a").pzxid == pzxid);
  world.create("/a/3");
  CHECK(world.state.tree().persisted(world.state.tree().find("/a")).cversion == 8);
}

TEST_CASE("creating what exists sets its ACL and, for type 1 only, raises the parent") {
  World world;
  world.create("/a");
  world.create("/a/b", "old");
  world.acl = digest_acl("u:x");
  CHECK(world.create("/a/b", "new", 9) == ErrorCode::node_exists);
  CHECK(world.data("/a/b") == "old");
  CHECK(world.acl_of("/a/b") == digest_acl("u:x"));
  CHECK(world.state.tree().persisted(world.state.tree().find("/a")).cversion == 9);
  CHECK(world.run(OpCode::create2, txn::CreateTxn{"/a/b", "new", open_acl(), false, 11}) ==
        ErrorCode::node_exists);
  CHECK(world.acl_of("/a/b") == open_acl());
  CHECK(world.state.tree().persisted(world.state.tree().find("/a")).cversion == 9);
}

TEST_CASE("what cannot be applied is ignored but counts as applied") {
  World world;
  const uint64_t digest = world.state.tree().digest();
  CHECK(world.create("/no/child") == ErrorCode::no_node);
  CHECK(world.create("/") == ErrorCode::no_node);
  CHECK(world.create("") == ErrorCode::no_node);
  CHECK(world.create("relative") == ErrorCode::no_node);
  CHECK(world.remove("/no/child") == ErrorCode::no_node);
  CHECK(world.remove("/") == ErrorCode::no_node);
  CHECK(world.set_data("/no", "x") == ErrorCode::no_node);
  CHECK(world.set_acl("/no", open_acl()) == ErrorCode::no_node);
  CHECK(world.run(OpCode::error, txn::ErrorTxn{-101}) == ErrorCode::no_node);
  CHECK(world.result.op.type == OpCode::error);
  CHECK(world.state.tree().digest() == digest);
  CHECK(world.state.last_applied() == Zxid{world.zxid});
}

TEST_CASE("delete raises the parent's pzxid, also when the node is gone, but not its cversion") {
  World world;
  world.create("/a");
  world.create("/a/b");
  world.remove("/a/b");
  CHECK_FALSE(world.has("/a/b"));
  CHECK(world.stat("/a").pzxid == world.zxid);
  CHECK(world.stat("/a").cversion == 2);
  CHECK(world.remove("/a/b") == ErrorCode::no_node);
  CHECK(world.stat("/a").pzxid == world.zxid);
}

TEST_CASE("a delete replayed over a newer snapshot takes the children along") {
  World world;
  for (const char* path : {"/a", "/a/b", "/a/b/c", "/a/d"}) world.create(path);
  CHECK(world.remove("/a") == ErrorCode::ok);
  CHECK(world.state.tree().node_count() == 4);
  CHECK(world.state.tree().data_bytes() == 44);
}

TEST_CASE("setData and setACL are absolute") {
  World world;
  world.create("/a", "x");
  CHECK(world.set_data("/a", jute::Buffer(), 41) == ErrorCode::ok);
  CHECK(world.result.op.stat == world.stat("/a"));
  CHECK(world.stat("/a") == client::Stat{1, 2, 1000, 2000, 41, 0, 0, 0, 0, 0, 1});
  CHECK(world.state.tree().data(world.state.tree().find("/a")).is_null());
  CHECK(world.set_acl("/a", digest_acl("u:x"), 17) == ErrorCode::ok);
  CHECK(world.result.op.stat == world.stat("/a"));
  CHECK(world.stat("/a") == client::Stat{1, 2, 1000, 2000, 41, 0, 17, 0, 0, 0, 1});
}

TEST_CASE("reconfig writes the config node") {
  World world;
  world.run(OpCode::reconfig, txn::SetDataTxn{"/zookeeper/config", "server.1=...", -1});
  CHECK(world.data("/zookeeper/config") == "server.1=...");
  CHECK(world.stat("/zookeeper/config").version == -1);
}

TEST_CASE("containers and TTL nodes are reaped when empty and used or old") {
  World world(with_ttl());
  const auto container = [&](const char* path) {
    return world.run(OpCode::create_container, txn::CreateContainerTxn{path, "", open_acl(), -1});
  };
  container("/used");
  container("/unused");
  container("/full");
  world.run(OpCode::create_ttl, txn::CreateTtlTxn{"/old", "", open_acl(), -1, 100});
  world.run(OpCode::create_ttl, txn::CreateTtlTxn{"/young", "", open_acl(), -1, 1'000'000});
  world.create("/used/x");
  world.remove("/used/x");
  world.create("/full/x");
  CHECK(world.state.reapable(WallTime{10'000}, 10) == Lines{"/used", "/old"});
  CHECK(world.state.reapable(WallTime{10'000}, 1) == Lines{"/used"});
  CHECK(world.stat("/old").ephemeral_owner == 0);
  CHECK(world.run(OpCode::delete_container, txn::DeleteTxn{"/used"}) == ErrorCode::ok);
  CHECK_FALSE(world.has("/used"));
}

TEST_CASE("an unused container is reaped only where that is set up") {
  Options options;
  options.container_never_used_ms = 500;
  World world(options);
  world.run(OpCode::create_container, txn::CreateContainerTxn{"/c", "", open_acl(), -1});
  CHECK(world.state.reapable(WallTime{1500}, 10).empty());
  CHECK(world.state.reapable(WallTime{1501}, 10) == Lines{"/c"});
}

TEST_CASE("sessions come and go, and take their ephemerals along: the listed ones first") {
  World world;
  world.create_session(5, 4000);
  world.create_session(6, 6000);
  CHECK(world.state.session_count() == 2);
  for (const char* path : {"/a", "/b", "/c"}) world.create_ephemeral(path, 5);
  world.create_ephemeral("/d", 6);
  CHECK(world.stat("/a").ephemeral_owner == 5);
  world.watch(1, "/", WatchTable::data, WatchMode::recursive);
  world.close_session(5, {"/c", "/gone"});
  CHECK(world.events() == Lines{"1 deleted /c", "1 deleted /a", "1 deleted /b"});
  CHECK_FALSE(world.state.has_session(SessionId{5}));
  CHECK(world.state.has_session(SessionId{6}));
  CHECK(world.has("/d"));
  world.session = 6;
  world.run(OpCode::close_session, txn::BareCloseSessionTxn{});
  CHECK_FALSE(world.has("/d"));
  CHECK(world.state.session_count() == 0);
}

TEST_CASE("a multi applies its entries in order, with one zxid") {
  World world;
  CHECK(world.multi({{OpCode::create, txn::CreateTxn{"/a", "", open_acl(), false, 1}},
                     {OpCode::check, txn::CheckVersionTxn{"/a", 1}},
                     {OpCode::create2, txn::CreateTxn{"/a/b", "", open_acl(), false, 1}},
                     {OpCode::set_data, txn::SetDataTxn{"/a", "x", 1}},
                     {OpCode::remove, txn::DeleteTxn{"/a/b"}}}) == ErrorCode::ok);
  CHECK(world.data("/a") == "x");
  CHECK_FALSE(world.has("/a/b"));
  CHECK(world.stat("/a").pzxid == 1);
  REQUIRE(world.result.parts.size() == 5);
  CHECK(world.result.parts[1].type == OpCode::check);
  CHECK(world.result.parts[2].path == "/a/b");
  CHECK(world.result.parts[3].stat.version == 1);
}

TEST_CASE("a failed multi changes nothing and says where it failed") {
  World world;
  world.watch(1, "/a");
  CHECK(world.multi({{OpCode::create, txn::CreateTxn{"/a", "", open_acl(), false, 1}},
                     {OpCode::error, txn::ErrorTxn{-101}},
                     {OpCode::error, txn::ErrorTxn{-2}}}) == ErrorCode::no_node);
  CHECK_FALSE(world.has("/a"));
  CHECK(world.events().empty());
  REQUIRE(world.result.parts.size() == 3);
  CHECK(world.result.op.type == OpCode::multi);
  for (const OpResult& part : world.result.parts) CHECK(part.type == OpCode::error);
  CHECK(world.result.parts[0].err == ErrorCode::ok);
  CHECK(world.result.parts[1].err == ErrorCode::no_node);
  CHECK(world.result.parts[2].err == ErrorCode::runtime_inconsistency);
}

TEST_CASE("create tells the node's data watchers, then the parent's child watchers") {
  World world;
  world.watch(1, "/a");
  world.watch(2, "/", WatchTable::child);
  world.watch(3, "/", WatchTable::data, WatchMode::recursive);
  world.create("/a");
  CHECK(world.events() == Lines{"1 created /a", "3 created /a", "2 children /"});
  CHECK(world.sink.zxids == std::vector<int64_t>{1, 1, 1});
}

TEST_CASE("delete tells data watchers, remaining child watchers, then the parent's child watchers") {
  World world;
  world.create("/a");
  world.watch(1, "/a");
  world.watch(1, "/a", WatchTable::child);
  world.watch(2, "/a", WatchTable::child);
  world.watch(3, "/", WatchTable::child);
  world.remove("/a");
  CHECK(world.events() == Lines{"1 deleted /a", "2 deleted /a", "3 children /"});
  CHECK(world.watches.count() == 0);
}

TEST_CASE("setData tells data watchers only, setACL nobody") {
  World world;
  world.create("/a");
  world.watch(1, "/a");
  world.watch(2, "/a", WatchTable::child);
  world.watch(3, "/", WatchTable::child);
  world.set_acl("/a", open_acl());
  CHECK(world.events().empty());
  world.set_data("/a", "x");
  CHECK(world.events() == Lines{"1 changed /a"});
}

TEST_CASE("events carry the list that a reader must satisfy") {
  World world;
  world.acl = digest_acl("parent:x");
  world.create("/p");
  world.acl = digest_acl("node:x");
  world.watch(1, "/p/n", WatchTable::data, WatchMode::persistent);
  world.watch(1, "/p", WatchTable::child, WatchMode::persistent);
  world.create("/p/n");
  world.set_data("/p/n", "x");
  world.remove("/p/n");
  CHECK(world.events() ==
        Lines{"1 created /p/n", "1 children /p", "1 changed /p/n", "1 deleted /p/n", "1 children /p"});
  const std::string node = jute::encoded(digest_acl("node:x"));
  const std::string parent = jute::encoded(digest_acl("parent:x"));
  CHECK(world.sink.readers == Lines{node, parent, node, node, parent});
}

TEST_CASE("a predicted digest is compared and a mismatch counted") {
  World world;
  world.zxid = 1;
  world.expected_digest = txn::TxnDigest{2, 12345};
  world.create("/a");
  CHECK(world.result.digest_mismatch);
  world.expected_digest = txn::TxnDigest{2, static_cast<int64_t>(world.state.tree().digest())};
  world.create_session(1, 1);
  CHECK_FALSE(world.result.digest_mismatch);
  world.expected_digest = txn::TxnDigest{1, 12345};
  world.create("/b");
  CHECK_FALSE(world.result.digest_mismatch);
  CHECK(world.state.digest_mismatches() == 1);
}

TEST_CASE("every 128th digest is kept, at most 1024 of them") {
  World world;
  for (int i = 0; i < 128 * 1030; ++i) world.run(OpCode::error, txn::ErrorTxn{-101});
  const auto history = world.state.digest_history();
  REQUIRE(history.size() == 1024);
  CHECK(history.front().zxid == Zxid{128 * 7});
  CHECK(history.back().zxid == Zxid{128 * 1030});
  CHECK(history.back().digest == 1371985504);
}

TEST_CASE("advance_to never goes back") {
  World world;
  world.state.advance_to(Zxid::of(2, 0));
  CHECK(world.state.last_applied() == Zxid::of(2, 0));
  world.state.advance_to(Zxid::of(1, 7));
  CHECK(world.state.last_applied() == Zxid::of(2, 0));
}

TEST_CASE("the configuration is written at start without a transaction") {
  World world;
  world.state.set_config_node("server.1=a", 0x100000000, WallTime{77});
  const client::Stat stat = world.stat("/zookeeper/config");
  CHECK(stat.version == -1);
  CHECK(stat.mzxid == 0x100000000);
  CHECK(stat.mtime == 77);
  CHECK(stat.aversion == -1);
  CHECK(world.data("/zookeeper/config") == "server.1=a");
  CHECK(world.state.last_applied() == Zxid{0});
}

}  // namespace paddock::znode::test
