#include "znode/child_lists.h"

#include <catch2/catch.hpp>
#include <set>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "service.h"

namespace paddock::znode::test {
namespace {

// Nodes with many children, made and removed as State does it: the parent's stat follows.
struct Crowds {
  Tree tree{OwnerRules(false)};
  ChildLists lists;
  int64_t zxid = 0;

  NodeIndex make(const std::string& path, NodeIndex parent = kRoot) {
    client::StatPersisted stat;
    stat.czxid = stat.mzxid = stat.pzxid = ++zxid;
    const NodeIndex node = tree.create(parent, path, {}, AclId{}, stat);
    note_change(parent, 1);
    return node;
  }
  NodeIndex make_crowd(const std::string& path, int children) {
    const NodeIndex node = make(path);
    for (int i = 0; i < children; ++i) make(path + "/child-" + std::to_string(i), node);
    return node;
  }
  void remove(NodeIndex node) {
    const NodeIndex parent = tree.parent(node);
    tree.remove(node);
    ++zxid;
    note_change(parent, 0);
  }
  void note_change(NodeIndex parent, int32_t created) {
    client::StatPersisted stat = tree.persisted(parent);
    stat.pzxid = zxid;
    stat.cversion += created;
    tree.set_stat(parent, stat);
  }
  std::string listed(NodeIndex node) {
    std::string bytes = "before";
    jute::Writer writer(bytes);
    lists.append(tree, node, writer);
    CHECK(bytes.starts_with("before"));
    return bytes.substr(6);
  }
  std::string encoded(NodeIndex node) const {
    std::string bytes;
    jute::Writer writer(bytes);
    ChildLists().append(tree, node, writer);
    return bytes;
  }
};

}  // namespace

TEST_CASE("a long list is kept when it is asked for again, and is the same") {
  Crowds crowds;
  const NodeIndex node = crowds.make_crowd("/crowd", 1000);
  const std::string right = crowds.encoded(node);
  CHECK(crowds.listed(node) == right);
  CHECK(crowds.lists.bytes() == 0);
  CHECK(crowds.listed(node) == right);
  CHECK(crowds.lists.bytes() == right.size());
  CHECK(crowds.listed(node) == right);
}

TEST_CASE("a short list is never kept") {
  Crowds crowds;
  const NodeIndex node = crowds.make_crowd("/crowd", 999);
  for (int i = 0; i < 3; ++i) CHECK(crowds.listed(node) == crowds.encoded(node));
  CHECK(crowds.lists.bytes() == 0);
}

TEST_CASE("a child that comes or goes ends a kept list") {
  Crowds crowds;
  const NodeIndex node = crowds.make_crowd("/crowd", 1500);
  for (int i = 0; i < 20; ++i) {
    const int looks = i % 3;
    for (int look = 0; look <= looks; ++look) CHECK(crowds.listed(node) == crowds.encoded(node));
    if (i % 2 == 0) {
      crowds.make("/crowd/more-" + std::to_string(i), node);
    } else {
      crowds.remove(crowds.tree.first_child(node));
    }
  }
}

TEST_CASE("another node of the same number and as many children is another one") {
  Crowds crowds;
  const NodeIndex first = crowds.make_crowd("/first", 1000);
  crowds.listed(first);
  crowds.listed(first);
  while (crowds.tree.child_count(first) > 0) crowds.remove(crowds.tree.first_child(first));
  crowds.remove(first);
  const NodeIndex second = crowds.make_crowd("/second", 1000);
  for (int i = 0; i < 3; ++i) CHECK(crowds.listed(second) == crowds.encoded(second));
}

TEST_CASE("what is kept is bounded: those that were used last stay") {
  Crowds crowds;
  std::vector<NodeIndex> nodes;
  for (int i = 10; i < 30; ++i) nodes.push_back(crowds.make_crowd("/crowd" + std::to_string(i), 1000));
  for (const NodeIndex node : nodes) {
    for (int look = 0; look < 2; ++look) CHECK(crowds.listed(node) == crowds.encoded(node));
  }
  CHECK(crowds.lists.bytes() == 16 * crowds.encoded(nodes[0]).size());
  crowds.lists.clear();
  CHECK(crowds.lists.bytes() == 0);
  CHECK(crowds.listed(nodes[3]) == crowds.encoded(nodes[3]));
}

TEST_CASE("getChildren2 gives the list that is, kept or not") {
  Service service;
  const Caller caller = service.connect();
  REQUIRE(service.write(caller, create("/crowd")).err == ErrorCode::ok);
  std::set<std::string> expected;
  for (int i = 0; i < 1100; ++i) {
    REQUIRE(service.write(caller, create("/crowd/" + std::to_string(i))).err == ErrorCode::ok);
    expected.insert(std::to_string(i));
  }
  for (int i = 0; i < 5; ++i) {
    const Answer answer = service.read(caller, look(OpCode::get_children2, "/crowd"));
    const auto response = jute::decoded<client::GetChildren2Response>(answer.body);
    REQUIRE(response);
    std::set<std::string> names;
    for (const jute::Text& name : response->children) names.insert(name.str());
    CHECK(names == expected);
    CHECK(response->stat.num_children == static_cast<int32_t>(expected.size()));
    if (i != 2) continue;
    REQUIRE(service.write(caller, remove("/crowd/7")).err == ErrorCode::ok);
    expected.erase("7");
  }
}

}  // namespace paddock::znode::test
