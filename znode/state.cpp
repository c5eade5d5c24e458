#include "znode/state.h"

#include <utility>

#include "protocol/base/check.h"
#include "znode/applier.h"
#include "znode/quota.h"
#include "znode/state_parts.h"

namespace paddock::znode {
namespace {

constexpr std::string_view kZookeeper = "/zookeeper";

AclView read_only_acl() {
  return {client::Acl{client::kPermRead, {"world", "anyone"}}};
}
AclView open_acl() {
  return {client::Acl{client::kPermAll, {"world", "anyone"}}};
}

// ZooKeeper makes the node and then sets its list "to version -1".
NodeIndex add_config_node(NodeStore& nodes) {
  client::StatPersisted stat;
  stat.aversion = -1;
  return nodes.create(nodes.tree().find(kZookeeper), kConfigNode, "", read_only_acl(), stat);
}

// Without children, and: a container that had some, or was never used for too long; a TTL node whose data is
// older than its ttl. Activity of children does not refresh either.
bool is_reapable(const Tree& tree, NodeIndex node, WallTime now, const Options& options) {
  if (tree.child_count(node) > 0) return false;
  const client::StatPersisted stat = tree.persisted(node);
  const int64_t age_ms = now.ms - stat.mtime;
  if (tree.kind(node) == NodeKind::container) {
    const int64_t limit_ms = options.container_never_used_ms;
    return stat.cversion > 0 || (limit_ms != 0 && age_ms > limit_ms);
  }
  const int64_t ttl_ms = ttl_ms_of_owner(stat.ephemeral_owner);
  return ttl_ms != 0 && age_ms > ttl_ms;
}

}  // namespace

State::State(const Options& options) : impl_(std::make_unique<Impl>(options)) {
  NodeStore& nodes = impl_->nodes;
  const NodeIndex zookeeper = nodes.create(kRoot, kZookeeper, "", open_acl(), {});
  nodes.create(zookeeper, kQuotaRoot, "", open_acl(), {});
  add_config_node(nodes);
}

State::~State() = default;

void State::swap(State& other) {
  std::swap(impl_, other.impl_);
  std::swap(impl_->digest_mismatches, other.impl_->digest_mismatches);
}

void State::apply(const txn::Txn& txn, Watches& watches, WatchSink& sink, ApplyResult& result) {
  EventTeller events(watches, sink, txn.zxid());
  impl_->apply(txn, &events, result);
}

void State::apply(const txn::Txn& txn) {
  ApplyResult result;
  impl_->apply(txn, nullptr, result);
}

void StateParts::apply(const txn::Txn& txn, EventTeller* events, ApplyResult& result) {
  PADDOCK_CHECK(txn.zxid() > last_applied, "applying {:#x} after {:#x}", txn.header.zxid, last_applied.value);
  result.parts.clear();
  result.op = Applier(*this, txn.header, events).apply(txn.body, result.parts);
  last_applied = txn.zxid();
  const uint64_t digest = nodes.tree().digest();
  result.digest_mismatch = !is_fuzzy && txn.digest && txn.digest->version == txn::kDigestVersion &&
                           static_cast<uint64_t>(txn.digest->tree_digest) != digest;
  if (result.digest_mismatch) ++digest_mismatches;
  digests.applied(last_applied, digest);
}

void State::advance_to(Zxid zxid) {
  impl_->last_applied = std::max(impl_->last_applied, zxid);
}

Zxid State::last_applied() const {
  return impl_->last_applied;
}
const Options& State::options() const {
  return impl_->options;
}
const Tree& State::tree() const {
  return impl_->nodes.tree();
}
const AclTable& State::acls() const {
  return impl_->nodes.acls();
}

StateChecksum State::checksum() const {
  return {tree().digest(), tree().system_digest(), impl_->nodes.acl_hash(), impl_->sessions.hash()};
}

bool State::has_session(SessionId session) const {
  return impl_->sessions.timeouts_ms().contains(session.value);
}

size_t State::session_count() const {
  return impl_->sessions.timeouts_ms().size();
}

void State::for_each_session(const std::function<void(SessionId, int32_t timeout_ms)>& visit) const {
  for (const auto& [session, timeout_ms] : impl_->sessions.timeouts_ms())
    visit(SessionId{session}, timeout_ms);
}

std::string State::quota_prefix(std::string_view path) const {
  return std::string(impl_->quotas.prefix_of(path));
}

std::vector<State::DigestEntry> State::digest_history() const {
  return impl_->digests.entries();
}
int64_t State::digest_mismatches() const {
  return impl_->digest_mismatches;
}

void State::caught_up() {
  impl_->is_fuzzy = false;
}

void State::set_config_node(std::string_view text, int64_t config_version, WallTime now) {
  NodeIndex config = tree().find(kConfigNode);
  if (config == kNoNode) config = add_config_node(impl_->nodes);
  client::StatPersisted stat = tree().persisted(config);
  stat.version = -1;
  stat.mzxid = config_version;
  stat.mtime = now.ms;
  impl_->nodes.set_data(config, kConfigNode, text, stat);
}

std::string State::config_text() const {
  const NodeIndex config = tree().find(kConfigNode);
  return config == kNoNode ? std::string() : std::string(tree().data(config).view());
}

std::vector<std::string> State::reapable(WallTime now, size_t limit) const {
  std::vector<std::string> paths;
  for (const NodeIndex node : tree().reapable_kinds()) {
    if (paths.size() == limit) break;
    if (is_reapable(tree(), node, now, options())) paths.push_back(tree().path(node));
  }
  return paths;
}

}  // namespace paddock::znode
