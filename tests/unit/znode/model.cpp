#include "model.h"

#include <catch2/catch.hpp>
#include <set>

namespace paddock::znode::test {
namespace {

void add_subtree(const State& state, NodeIndex node, const std::string& path, Model& model) {
  const Tree& tree = state.tree();
  CHECK(tree.find(path) == node);
  ModelNode& entry = model.nodes[path];
  if (!tree.data(node).is_null()) entry.data = tree.data(node).str();
  entry.acl = state.acls().encoded(tree.acl(node));
  entry.stat = tree.persisted(node);
  std::set<std::string> names;
  for (NodeIndex child = tree.first_child(node); child != kNoNode; child = tree.next_sibling(child)) {
    CHECK(tree.parent(child) == node);
    CHECK(names.emplace(tree.name(child)).second);
    add_subtree(state, child, path + "/" + std::string(tree.name(child)), model);
  }
  CHECK(tree.child_count(node) == static_cast<int32_t>(names.size()));
}

}  // namespace

Model model_of(const State& state) {
  Model model;
  add_subtree(state, kRoot, "", model);
  state.for_each_session([&](SessionId id, int32_t timeout_ms) { model.sessions[id.value] = timeout_ms; });

  CHECK(model.nodes.size() == state.tree().node_count());
  CHECK(model.digest() == state.tree().digest());
  int64_t bytes = 1;
  std::set<std::string> lists;
  std::map<int64_t, size_t> owners;
  for (const auto& [path, node] : model.nodes) {
    bytes += static_cast<int64_t>(path.size() + (node.data ? node.data->size() : 0));
    lists.insert(node.acl);
    const int64_t owner = node.stat.ephemeral_owner;
    if (kind_of_owner(owner, owner_rules(state.options())) == NodeKind::ephemeral) ++owners[owner];
  }
  lists.erase(std::string(state.acls().encoded(kOpenAcl)));
  CHECK(bytes == state.tree().data_bytes());
  CHECK(lists.size() == state.acls().size());
  CHECK(owners.size() == state.tree().ephemeral_owners().size());
  for (const auto& [owner, count] : owners) CHECK(state.tree().ephemerals_of(owner).size() == count);
  return model;
}

}  // namespace paddock::znode::test
