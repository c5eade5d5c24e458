#include "znode/node_store.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace paddock::znode {
namespace {

constexpr size_t kEntryOverhead = 70;  // of a node's key and value in a delta

}  // namespace

uint64_t acl_hash_share(std::string_view path, std::string_view list) {
  return XXH3_64bits_withSeed(list.data(), list.size(), XXH3_64bits(path.data(), path.size()));
}

uint64_t NodeStore::hash_share(std::string_view path, AclId acl) const {
  if (acl == kOpenAcl) return 0;
  return acl_hash_share(path == "/" ? std::string_view() : path, acls_.encoded(acl));
}

// Behind the creation of a node, and before every other change.
void NodeStore::note(NodeIndex node, std::string_view path) {
  cut_.before_change(*this, node, path);
  if (changes_.is_recording()) {
    changes_.node_changed(node, kEntryOverhead + path.size() + tree_.data(node).size());
  }
}

NodeIndex NodeStore::create(NodeIndex parent, std::string_view path, const jute::Buffer& data,
                            const AclView& acl, const client::StatPersisted& stat) {
  const AclId list = acls_.intern(acl);
  const NodeIndex created = tree_.create(parent, path, data, list, stat);
  acl_hash_ += hash_share(path, list);
  note(created, path);
  return created;
}

void NodeStore::remove(NodeIndex node, std::string_view path) {
  const AclId list = tree_.acl(node);
  acl_hash_ -= hash_share(path, list);
  cut_.before_change(*this, node, path);
  changes_.node_removed(node, path);
  tree_.remove(node);
  acls_.release(list);
}

void NodeStore::set_data(NodeIndex node, std::string_view path, const jute::Buffer& data,
                         const client::StatPersisted& stat) {
  const size_t before = tree_.data(node).size();
  note(node, path);
  tree_.set_data(node, data, stat);
  if (data.size() > before) changes_.node_grew(data.size() - before);
}

void NodeStore::set_stat(NodeIndex node, std::string_view path, const client::StatPersisted& stat) {
  note(node, path);
  tree_.set_stat(node, stat);
}

void NodeStore::set_acl(NodeIndex node, std::string_view path, const AclView& acl, int32_t aversion) {
  const AclId old = tree_.acl(node);
  const AclId list = acls_.intern(acl);
  acl_hash_ += hash_share(path, list) - hash_share(path, old);
  note(node, path);
  tree_.set_acl(node, list, aversion);
  acls_.release(old);
}

}  // namespace paddock::znode
