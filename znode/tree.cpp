#include "znode/tree.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdlib>
#include <cstring>

#include "protocol/base/check.h"
#include "protocol/base/paths.h"
#include "znode/digest.h"
#include "znode/node.h"
#include "znode/owner_index.h"
#include "znode/path_index.h"

namespace paddock::znode {
namespace {

uint32_t hash_of(std::string_view path) {
  return static_cast<uint32_t>(XXH3_64bits(path.data(), path.size()));
}

// Makes room for `length` bytes, of which the old ones up to that length stay.
void resize_blob(Node& node, size_t length) {
  char* blob = static_cast<char*>(std::realloc(node.blob, length > 0 ? length : 1));
  PADDOCK_CHECK(blob != nullptr, "out of memory for a node of {} bytes", length);
  node.blob = blob;
}

// Requires: the blob has exactly this room behind the name.
void store_data(Node& node, const jute::Buffer& data) {
  if (data.size() > 0) std::memcpy(node.blob + node.name_length, data.view().data(), data.size());
  node.data_length = data.is_null() ? -1 : static_cast<int32_t>(data.size());
}

jute::Buffer data_of(const Node& node) {
  if (node.data_length < 0) return {};
  return std::string_view(node.blob + node.name_length, static_cast<size_t>(node.data_length));
}

int64_t data_length(const Node& node) {
  return node.data_length < 0 ? 0 : node.data_length;
}

}  // namespace

struct Tree::Impl {
  explicit Impl(OwnerRules given) : rules(given), index(nodes), owners(nodes, given) {}
  ~Impl() {
    for (uint32_t i = 0; i < nodes.end(); ++i) std::free(nodes[i].blob);
  }

  const OwnerRules rules;
  NodeSlab nodes;
  PathIndex index;  // all but the root
  OwnerIndex owners;
  uint64_t digest = 0;
  uint64_t system_digest = 0;
  int64_t data_bytes = 0;
  std::string path_scratch;

  size_t path_length(NodeIndex node) const;
  void write_path(NodeIndex node, std::string& path) const;
  bool has_path(NodeIndex node, std::string_view path) const;
  client::StatPersisted persisted(const Node& node) const;
  void file_under(NodeIndex index, int64_t owner);
  void assign_stat(NodeIndex index, const client::StatPersisted& stat);
  void link_child(NodeIndex parent, NodeIndex child);
  void unlink_child(NodeIndex child);
  uint64_t& sum_for(const Node& node) { return node.is_system ? system_digest : digest; }
};

// 0 for the root.
size_t Tree::Impl::path_length(NodeIndex node) const {
  size_t length = 0;
  for (; node != kRoot; node = nodes[node].parent) length += nodes[node].name_length + 1;
  return length;
}

// Loops, because a path of a megabyte can have half a million components.
void Tree::Impl::write_path(NodeIndex node, std::string& path) const {
  size_t end = path_length(node);
  path.resize(end);
  for (; node != kRoot; node = nodes[node].parent) {
    const std::string_view name = nodes[node].name();
    end -= name.size();
    std::memcpy(path.data() + end, name.data(), name.size());
    path[--end] = '/';
  }
}

bool Tree::Impl::has_path(NodeIndex node, std::string_view path) const {
  for (; node != kRoot; node = nodes[node].parent) {
    const std::string_view name = nodes[node].name();
    if (path.size() <= name.size() || !path.ends_with(name)) return false;
    path.remove_suffix(name.size());
    if (path.back() != '/') return false;
    path.remove_suffix(1);
  }
  return path.empty();
}

client::StatPersisted Tree::Impl::persisted(const Node& node) const {
  client::StatPersisted stat;
  stat.czxid = node.czxid;
  stat.mzxid = node.mzxid;
  stat.ctime = node.ctime_ms;
  stat.mtime = node.mtime_ms;
  stat.version = node.version;
  stat.cversion = node.cversion;
  stat.aversion = node.aversion;
  stat.ephemeral_owner = owners.owner(node);
  stat.pzxid = node.pzxid;
  return stat;
}

// Nearly all nodes are nobody's, before and after.
void Tree::Impl::file_under(NodeIndex index, int64_t owner) {
  if (owner != owners.owner(nodes[index])) owners.set_owner(index, owner, path_length(index));
}

// Also brings the digest up to date, for which the prefix must be right already.
void Tree::Impl::assign_stat(NodeIndex index, const client::StatPersisted& stat) {
  Node& node = nodes[index];
  node.czxid = stat.czxid;
  node.mzxid = stat.mzxid;
  node.pzxid = stat.pzxid;
  node.ctime_ms = stat.ctime;
  node.mtime_ms = stat.mtime;
  node.version = stat.version;
  node.cversion = stat.cversion;
  node.aversion = stat.aversion;
  file_under(index, stat.ephemeral_owner);
  const uint32_t digest = node_digest(node.prefix, stat);
  sum_for(node) += uint64_t{digest} - node.digest;
  node.digest = digest;
}

void Tree::Impl::link_child(NodeIndex parent, NodeIndex child) {
  Node& node = nodes[child];
  Node& above = nodes[parent];
  node.parent = parent;
  node.next = above.first_child;
  if (node.next != kNoNode) nodes[node.next].prev = child;
  above.first_child = child;
  above.child_count += 1;
}

void Tree::Impl::unlink_child(NodeIndex child) {
  const Node& node = nodes[child];
  Node& above = nodes[node.parent];
  if (node.next != kNoNode) nodes[node.next].prev = node.prev;
  (node.prev == kNoNode ? above.first_child : nodes[node.prev].next) = node.next;
  above.child_count -= 1;
}

Tree::Tree(OwnerRules rules) : impl_(std::make_unique<Impl>(rules)) {
  const NodeIndex root = impl_->nodes.allocate();
  PADDOCK_CHECK(root == kRoot, "the root got number {}", root);
  resize_blob(impl_->nodes[root], 0);
  store_data(impl_->nodes[root], std::string_view());
  impl_->nodes[root].prefix = digest_prefix("", {});
  impl_->assign_stat(root, {});
  impl_->data_bytes = 1;  // ZooKeeper holds the root under "" and under "/"
}

Tree::~Tree() = default;

NodeIndex Tree::find(std::string_view path) const {
  if (path.empty() || path == "/") return kRoot;
  return impl_->index.find(hash_of(path), [&](NodeIndex node) { return impl_->has_path(node, path); });
}

NodeIndex Tree::parent(NodeIndex node) const {
  return impl_->nodes[node].parent;
}

std::string Tree::path(NodeIndex node) const {
  if (node == kRoot) return "/";
  std::string path;
  impl_->write_path(node, path);
  return path;
}

std::string_view Tree::name(NodeIndex node) const {
  return impl_->nodes[node].name();
}
jute::Buffer Tree::data(NodeIndex node) const {
  return data_of(impl_->nodes[node]);
}
client::StatPersisted Tree::persisted(NodeIndex node) const {
  return impl_->persisted(impl_->nodes[node]);
}

client::Stat Tree::stat(NodeIndex index) const {
  const Node& node = impl_->nodes[index];
  client::Stat stat;
  stat.czxid = node.czxid;
  stat.mzxid = node.mzxid;
  stat.ctime = node.ctime_ms;
  stat.mtime = node.mtime_ms;
  stat.version = node.version;
  // A client sees creations plus deletions; kept are creations, and the difference of both is child_count.
  stat.cversion = static_cast<int32_t>(2u * static_cast<uint32_t>(node.cversion) - node.child_count);
  stat.aversion = node.aversion;
  stat.ephemeral_owner = kind(index) == NodeKind::ephemeral ? owner(index) : 0;
  stat.data_length = static_cast<int32_t>(data_length(node));
  stat.num_children = static_cast<int32_t>(node.child_count);
  stat.pzxid = node.pzxid;
  return stat;
}

AclId Tree::acl(NodeIndex node) const {
  return impl_->nodes[node].acl;
}
int32_t Tree::child_count(NodeIndex node) const {
  return static_cast<int32_t>(impl_->nodes[node].child_count);
}
int64_t Tree::owner(NodeIndex node) const {
  return impl_->owners.owner(impl_->nodes[node]);
}
uint32_t Tree::digest_prefix_of(NodeIndex node) const {
  return impl_->nodes[node].prefix;
}
NodeKind Tree::kind(NodeIndex node) const {
  return kind_of_owner(owner(node), impl_->rules);
}
NodeIndex Tree::first_child(NodeIndex node) const {
  return impl_->nodes[node].first_child;
}
NodeIndex Tree::next_sibling(NodeIndex node) const {
  return impl_->nodes[node].next;
}

NodeIndex Tree::create(NodeIndex parent, std::string_view path, const jute::Buffer& data, AclId acl,
                       const client::StatPersisted& stat) {
  const NodeIndex created = impl_->nodes.allocate();
  Node& node = impl_->nodes[created];
  const std::string_view name = last_component(path);
  node.name_length = static_cast<uint32_t>(name.size());
  resize_blob(node, name.size() + data.size());
  std::memcpy(node.blob, name.data(), name.size());
  store_data(node, data);
  node.acl = acl;
  node.is_system = !is_digested(path);
  node.prefix = digest_prefix(path, data);
  node.path_hash = hash_of(path);
  impl_->link_child(parent, created);
  impl_->index.insert(created);
  impl_->assign_stat(created, stat);
  impl_->data_bytes += static_cast<int64_t>(path.size() + data.size());
  return created;
}

void Tree::remove(NodeIndex index) {
  Node& node = impl_->nodes[index];
  PADDOCK_CHECK(index != kRoot && node.child_count == 0, "removing node {} with {} children", index,
                uint32_t{node.child_count});
  impl_->data_bytes -= static_cast<int64_t>(impl_->path_length(index)) + data_length(node);
  impl_->sum_for(node) -= node.digest;
  impl_->file_under(index, 0);
  impl_->index.erase(index);
  impl_->unlink_child(index);
  std::free(node.blob);
  impl_->nodes.release(index);
}

void Tree::set_data(NodeIndex index, const jute::Buffer& data, const client::StatPersisted& stat) {
  Node& node = impl_->nodes[index];
  const int64_t growth = static_cast<int64_t>(data.size()) - data_length(node);
  if (growth != 0) resize_blob(node, node.name_length + data.size());
  store_data(node, data);
  impl_->data_bytes += growth;
  impl_->write_path(index, impl_->path_scratch);
  node.prefix = digest_prefix(impl_->path_scratch, data);
  impl_->assign_stat(index, stat);
}

void Tree::set_stat(NodeIndex node, const client::StatPersisted& stat) {
  impl_->assign_stat(node, stat);
}

void Tree::set_acl(NodeIndex node, AclId acl, int32_t aversion) {
  impl_->nodes[node].acl = acl;
  client::StatPersisted stat = persisted(node);
  stat.aversion = aversion;
  impl_->assign_stat(node, stat);
}

uint64_t Tree::digest() const {
  return impl_->digest;
}
uint64_t Tree::system_digest() const {
  return impl_->system_digest;
}
size_t Tree::node_count() const {
  return impl_->index.size() + 1;
}
int64_t Tree::data_bytes() const {
  return impl_->data_bytes;
}
size_t Tree::ephemeral_count() const {
  return impl_->owners.ephemeral_count();
}

std::vector<NodeIndex> Tree::ephemerals_of(int64_t owner) const {
  return impl_->owners.ephemerals_of(owner);
}

EphemeralsHeld Tree::ephemerals_held(int64_t owner) const {
  return impl_->owners.ephemerals_held(owner);
}
std::vector<int64_t> Tree::ephemeral_owners() const {
  return impl_->owners.ephemeral_owners();
}
std::vector<NodeIndex> Tree::reapable_kinds() const {
  return impl_->owners.reapable_kinds();
}

}  // namespace paddock::znode
