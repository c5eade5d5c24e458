#include "znode/tree.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "protocol/base/paths.h"

namespace paddock::znode {
namespace {

NodeIndex add(Tree& tree, const std::string& path, const jute::Buffer& data = "", int64_t owner = 0) {
  client::StatPersisted stat;
  stat.czxid = stat.mzxid = stat.pzxid = 7;
  stat.ephemeral_owner = owner;
  return tree.create(tree.find(parent_path(path)), path, data, kOpenAcl, stat);
}

std::set<std::string> children(const Tree& tree, const std::string& path) {
  std::set<std::string> names;
  for (NodeIndex c = tree.first_child(tree.find(path)); c != kNoNode; c = tree.next_sibling(c)) {
    CHECK(names.emplace(tree.name(c)).second);
  }
  return names;
}

}  // namespace

TEST_CASE("a new tree holds the root under both of its names") {
  Tree tree(false);
  CHECK(tree.find("") == kRoot);
  CHECK(tree.find("/") == kRoot);
  CHECK(tree.path(kRoot) == "/");
  CHECK(tree.parent(kRoot) == kNoNode);
  CHECK(tree.data(kRoot) == jute::Buffer(""));
  CHECK(tree.node_count() == 1);
  CHECK(tree.digest() == 68323592);
}

TEST_CASE("a node is found by its exact path only") {
  Tree tree(false);
  add(tree, "/a");
  const NodeIndex b = add(tree, "/a/b");
  CHECK(tree.find("/a/b") == b);
  CHECK(tree.path(b) == "/a/b");
  CHECK(tree.name(b) == "b");
  for (const char* wrong : {"/a/", "/b", "a/b", "//a/b", "/a//b", "/a/b/", "b", "/a/bb", "/", "a"}) {
    CAPTURE(wrong);
    CHECK(tree.find(wrong) != b);
  }
}

TEST_CASE("data may be null, empty, grow and shrink") {
  Tree tree(false);
  const NodeIndex a = add(tree, "/a", jute::Buffer());
  const int64_t empty_bytes = tree.data_bytes();
  CHECK(tree.data(a).is_null());
  for (const jute::Buffer data : {jute::Buffer("x"), jute::Buffer("a longer one"), jute::Buffer(""),
                                  jute::Buffer(), jute::Buffer("y")}) {
    tree.set_data(a, data, tree.persisted(a));
    CHECK(tree.data(a) == data);
    CHECK(tree.name(a) == "a");
    CHECK(tree.stat(a).data_length == static_cast<int32_t>(data.size()));
    CHECK(tree.data_bytes() == empty_bytes + static_cast<int64_t>(data.size()));
  }
}

TEST_CASE("children are linked and unlinked at any place") {
  Tree tree(false);
  for (const char* path : {"/a", "/a/1", "/a/2", "/a/3", "/a/4"}) add(tree, path);
  CHECK(children(tree, "/a") == std::set<std::string>{"1", "2", "3", "4"});
  tree.remove(tree.find("/a/4"));
  tree.remove(tree.find("/a/2"));
  CHECK(children(tree, "/a") == std::set<std::string>{"1", "3"});
  tree.remove(tree.find("/a/1"));
  tree.remove(tree.find("/a/3"));
  CHECK(children(tree, "/a").empty());
  CHECK(tree.child_count(tree.find("/a")) == 0);
}

TEST_CASE("a client sees cversion as creations plus deletions") {
  Tree tree(false);
  const NodeIndex a = add(tree, "/a");
  add(tree, "/a/1");
  add(tree, "/a/2");
  client::StatPersisted stat = tree.persisted(a);
  stat.cversion = 2;
  tree.set_stat(a, stat);
  CHECK(tree.stat(a).cversion == 2);
  tree.remove(tree.find("/a/1"));
  CHECK(tree.stat(a).cversion == 3);
  CHECK(tree.stat(a).num_children == 1);
}

TEST_CASE("the digest follows ZooKeeper's recorded values and returns to where it was") {
  Tree tree(false);
  const NodeIndex zookeeper = tree.create(kRoot, "/zookeeper", "", kOpenAcl, {});
  CHECK(tree.digest() == 1371985504);
  tree.create(zookeeper, "/zookeeper/quota", "", kOpenAcl, {});
  CHECK(tree.digest() == 1371985504);
  CHECK(tree.system_digest() != 0);

  client::StatPersisted stat;
  stat.czxid = stat.mzxid = stat.pzxid = 2;
  stat.ctime = stat.mtime = 1700000000000;
  const NodeIndex a = tree.create(kRoot, "/a", "hello", kOpenAcl, stat);
  client::StatPersisted root;
  root.cversion = 1;
  root.pzxid = 2;
  tree.set_stat(kRoot, root);
  CHECK(tree.digest() == 4124795797);

  tree.set_data(a, "other", stat);
  CHECK(tree.digest() != 4124795797);
  tree.set_data(a, "hello", stat);
  CHECK(tree.digest() == 4124795797);
  tree.set_acl(a, kOpenAcl, 1);
  CHECK(tree.digest() != 4124795797);
  tree.remove(a);
  tree.set_stat(kRoot, {});
  CHECK(tree.digest() == 1371985504);
}

TEST_CASE("approximate data size of a fresh ZooKeeper tree is 44") {
  Tree tree(false);
  for (const char* path : {"/zookeeper", "/zookeeper/quota", "/zookeeper/config"}) add(tree, path);
  CHECK(tree.data_bytes() == 44);
  tree.remove(tree.find("/zookeeper/config"));
  CHECK(tree.data_bytes() == 27);
}

TEST_CASE("nodes are filed under their owner") {
  Tree tree(true);
  const NodeIndex a = add(tree, "/a", "", 17);
  const NodeIndex b = add(tree, "/b", "", 17);
  const NodeIndex c = add(tree, "/c", "", 18);
  const NodeIndex container = add(tree, "/d", "", kContainerOwner);
  const NodeIndex ttl = add(tree, "/e", "", ttl_owner(5000));
  CHECK(tree.ephemerals_of(17) == std::vector<NodeIndex>{a, b});
  CHECK(tree.ephemerals_of(18) == std::vector<NodeIndex>{c});
  CHECK(tree.ephemerals_of(kContainerOwner).empty());
  CHECK(tree.ephemeral_count() == 3);
  CHECK(tree.reapable_kinds() == std::vector<NodeIndex>{container, ttl});
  CHECK(tree.kind(ttl) == NodeKind::ttl);
  CHECK(ttl_ms_of_owner(tree.owner(ttl)) == 5000);
  CHECK(tree.stat(ttl).ephemeral_owner == 0);
  CHECK(tree.stat(container).ephemeral_owner == 0);
  CHECK(tree.stat(a).ephemeral_owner == 17);

  tree.remove(a);
  tree.remove(c);
  CHECK(tree.ephemerals_of(17) == std::vector<NodeIndex>{b});
  CHECK(tree.ephemeral_owners() == std::vector<int64_t>{17});
}

TEST_CASE("without extended types a TTL owner is a session") {
  Tree tree(false);
  const NodeIndex ttl = add(tree, "/e", "", ttl_owner(5000));
  CHECK(tree.kind(ttl) == NodeKind::ephemeral);
  CHECK(tree.ephemerals_of(ttl_owner(5000)) == std::vector<NodeIndex>{ttl});
  CHECK(tree.reapable_kinds().empty());
}

TEST_CASE("nodes with a time to live of 3.5.3 are known if they are asked for") {
  constexpr int64_t kOwner353 = INT64_MIN | 5000;
  Tree tree(OwnerRules(true, true));
  const NodeIndex old = add(tree, "/old", "", kOwner353);
  const NodeIndex container = add(tree, "/container", "", kContainerOwner);
  const NodeIndex ttl = add(tree, "/ttl", "", ttl_owner(6000));
  const NodeIndex mine = add(tree, "/mine", "", 17);
  CHECK(tree.kind(old) == NodeKind::ttl);
  CHECK(ttl_ms_of_owner(tree.owner(old)) == 5000);
  CHECK(tree.stat(old).ephemeral_owner == 0);
  CHECK(tree.reapable_kinds() == std::vector<NodeIndex>{old, container, ttl});
  CHECK(tree.kind(container) == NodeKind::container);
  CHECK(tree.ephemerals_of(17) == std::vector<NodeIndex>{mine});
  CHECK(kind_of_owner(kOwner353, OwnerRules(true)) == NodeKind::ephemeral);
  CHECK(kind_of_owner(kOwner353, OwnerRules(false, true)) == NodeKind::ephemeral);
}

TEST_CASE("deep paths are found") {
  Tree tree(false);
  std::string path;
  for (int i = 0; i < 2000; ++i) {
    path += "/x";
    add(tree, path);
  }
  const NodeIndex last = tree.find(path);
  REQUIRE(last != kNoNode);
  CHECK(tree.path(last) == path);
  CHECK(tree.find(path.substr(2)) == tree.parent(last));
}

}  // namespace paddock::znode
