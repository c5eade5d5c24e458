#include "znode/snapshot_entries.h"

#include "protocol/jute/codec.h"
#include "znode/delta_codec.h"
#include "znode/digest.h"

namespace paddock::znode {
namespace {

constexpr int64_t kOpenAclId = -1;

}  // namespace

void SnapshotEntries::session(int64_t id, int32_t timeout_ms, Delta& out) {
  const auto [entry, is_new] = sessions_.try_emplace(id, timeout_ms);
  if (!is_new) checksum_.session_hash -= session_hash_share(id, entry->second);
  entry->second = timeout_ms;
  checksum_.session_hash += session_hash_share(id, timeout_ms);
  out.add(session_key(id), encode_session(timeout_ms));
}

void SnapshotEntries::acl(int64_t id, const AclView& list) {
  lists_[id] = is_open_acl(list) ? std::string() : jute::encoded(list);
}

std::string_view SnapshotEntries::list_of(int64_t acl_id) const {
  static const std::string closed = jute::encoded(AclView{client::Acl{0, {"world", "anyone"}}});
  if (acl_id == kOpenAclId) return {};
  const auto found = lists_.find(acl_id);
  return found == lists_.end() ? std::string_view(closed) : std::string_view(found->second);
}

void SnapshotEntries::node(std::string_view path, const jute::Buffer& data, int64_t acl_id,
                           const client::StatPersisted& stat, Delta& out) {
  const std::string_view list = list_of(acl_id);
  const uint32_t digest = node_digest(digest_prefix(path, data), stat);
  (is_digested(path) ? checksum_.tree_digest : checksum_.system_digest) += digest;
  if (!list.empty()) checksum_.acl_hash += acl_hash_share(path, list);
  out.add(node_key(path), encode_node_value(stat, list, data));
}

}  // namespace paddock::znode
