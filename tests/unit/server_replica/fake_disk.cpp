#include "fake_disk.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <utility>

#include "protocol/quorum/snapshot_stream.h"
#include "server/replica/incoming_state.h"
#include "znode/tree_walk.h"

namespace paddock::replica::testing {

std::string image_of(const znode::State& state) {
  std::string bytes;
  quorum::SnapshotWriter writer(bytes);
  writer.session_count(state.session_count());
  state.for_each_session([&](SessionId id, int32_t timeout_ms) { writer.session({id.value, timeout_ms}); });
  const znode::Tree& tree = state.tree();
  std::set<znode::AclId> lists;
  znode::for_each_below(tree, znode::kRoot, [&](znode::NodeIndex node) { lists.insert(tree.acl(node)); });
  lists.erase(znode::kOpenAcl);
  writer.acl_count(lists.size());
  for (const znode::AclId list : lists) writer.acl({list, state.acls().list(list)});
  znode::for_each_below(tree, znode::kRoot, [&](znode::NodeIndex node) {
    const std::string path = node == znode::kRoot ? "" : tree.path(node);
    const int64_t acl = tree.acl(node) == znode::kOpenAcl ? quorum::kOpenAclId : int64_t{tree.acl(node)};
    writer.node({path, tree.data(node), acl, tree.persisted(node)});
  });
  writer.end_of_nodes();
  writer.signature();
  return bytes;
}

void Disk::work(const store::LogWork& work) {
  std::vector<store::Append>& appended_to = staged ? staged_log : log;
  if (const auto* append = std::get_if<store::Append>(&work)) {
    if (!appended_to.empty()) CHECK(append->zxid > appended_to.back().zxid);
    appended_to.push_back(*append);
  } else if (const auto* cut = std::get_if<store::Truncate>(&work)) {
    while (!log.empty() && log.back().zxid > cut->last) log.pop_back();
  } else if (const auto* write = std::get_if<store::WriteEpochs>(&work)) {
    CHECK(write->epochs.accepted >= epochs.accepted);
    CHECK(write->epochs.current >= epochs.current);
    epochs = write->epochs;
  } else if (const auto* begin = std::get_if<store::SnapshotBegin>(&work)) {
    staged.emplace();
    staged_zxid = begin->zxid;
    staged_log.clear();
  } else if (const auto* chunk = std::get_if<store::SnapshotChunk>(&work)) {
    REQUIRE(staged.has_value());
    staged->append(chunk->bytes.view());
  } else if (std::holds_alternative<store::SnapshotEnd>(work)) {
    REQUIRE(staged.has_value());
    base = Bytes(*std::exchange(staged, std::nullopt));
    base_zxid = staged_zxid;
    log = std::exchange(staged_log, {});
    deltas.clear();
  } else if (std::holds_alternative<store::SnapshotAbandon>(work)) {
    staged.reset();
  }
}

std::unique_ptr<znode::State> Disk::base_state() const {
  auto state = std::make_unique<znode::State>(znode::Options{});
  if (!base) return state;
  IncomingState incoming({}, base_zxid);
  REQUIRE(incoming.feed(base->view(), true).ok());
  state->swap(incoming.state());
  return state;
}

store::Recovered Disk::recover() const {
  store::Recovered recovered;
  recovered.epochs = epochs;
  recovered.checkpoint = base_zxid;
  recovered.commit_point = base_zxid;
  recovered.last_logged = log.empty() ? base_zxid : log.back().zxid;
  recovered.tail = log;
  recovered.empty = !base && log.empty() && epochs == store::Epochs{};
  return recovered;
}

std::unique_ptr<znode::State> Disk::state() const {
  std::map<std::string, std::string> merged;
  const auto merge = [&](const znode::Delta& delta) {
    for (const auto& [key, value] : delta.entries) {
      if (value) {
        merged[std::string(key)] = *value;
      } else {
        merged.erase(std::string(key));
      }
    }
  };
  znode::Delta last = base_state()->full_delta();
  merge(last);
  for (const znode::Delta& delta : deltas) {
    merge(delta);
    last.applied = delta.applied;
    last.checksum = delta.checksum;
  }
  auto state = std::make_unique<znode::State>(znode::Options{});
  state->begin_load();
  for (const auto& [key, value] : merged) REQUIRE(znode::load_entry(*state, key, value).ok());
  const Status loaded = state->finish_load(last.applied, last.checksum);
  REQUIRE(loaded.ok());
  return state;
}

}  // namespace paddock::replica::testing
