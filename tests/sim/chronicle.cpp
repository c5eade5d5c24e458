#include "tests/sim/chronicle.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

class Nobody : public znode::WatchSink {
 public:
  void deliver(ConnectionId, client::EventType, std::string_view, int64_t,
               const jute::Vector<client::Acl>*) override {}
};

NodeThen decode_node(std::string_view bytes) {
  NodeThen node;
  jute::Reader reader(bytes);
  reader.read_byte();
  jute::decode(reader, node.stat);
  if (reader.read_bool()) {
    const std::string_view rest = reader.rest();
    jute::skip<jute::Vector<client::Acl>>(reader);
    node.acl = rest.substr(0, rest.size() - reader.remaining());
  }
  const jute::Buffer data = reader.read_buffer();
  PADDOCK_CHECK(reader.ok() && reader.at_end(), "a node's value of {} bytes is malformed", bytes.size());
  node.data = data.str();
  node.null_data = data.is_null();
  return node;
}

bool is_answered(client::OpCode type) {
  return type != client::OpCode::create_session && type != client::OpCode::close_session;
}

}  // namespace

Chronicle::Chronicle(Zxid begin) : begin_(begin), state_(std::make_unique<znode::State>(znode::Options{})) {
  remember(state_->full_delta(), Zxid{});
  initial_ = state_->checksum();
  state_->record_changes(true);
}

void Chronicle::remember(const znode::Delta& delta, Zxid zxid) {
  for (const znode::Delta::Entry& entry : delta.entries) {
    if (entry.key[0] != 'n') continue;
    const std::string path(entry.key.size() == 1 ? std::string_view("/") : entry.key.substr(1));
    nodes_[path].push_back({zxid, entry.value ? std::optional(decode_node(*entry.value)) : std::nullopt});
    touched_[zxid].push_back(path);
  }
}

const Committed& Chronicle::append(Zxid zxid, const Bytes& bytes) {
  const auto txn = txn::decode_txn(bytes.view());
  require(txn.ok(), "Z1", "{:#x} was committed and cannot be read", zxid.value);
  require(txn->zxid() == zxid, "Z1", "{:#x} was committed and its header says {:#x}", zxid.value,
          txn->header.zxid);
  Committed entry;
  entry.zxid = zxid;
  entry.txn = bytes;
  entry.session = SessionId{txn->header.session_id};
  entry.cxid = txn->header.cxid;
  entry.type = static_cast<client::OpCode>(txn->header.type);
  Nobody nobody;
  znode::ApplyResult result;
  state_->apply(*txn, watches_, nobody, result);
  require(!result.digest_mismatch, "Z12", "{:#x} does not give the digest that its leader predicted",
          zxid.value);
  const bool failed_part = std::any_of(result.parts.begin(), result.parts.end(),
                                       [](const auto& part) { return part.err != ErrorCode::ok; });
  entry.err = result.op.err;
  entry.effective = entry.type != client::OpCode::error && entry.err == ErrorCode::ok && !failed_part;
  if (is_answered(entry.type)) {
    jute::Writer writer(entry.body);
    entry.err = znode::write_reply(entry.type, result, *state_, writer);
  }
  remember(state_->take_delta(), zxid);
  entry.after = state_->checksum();
  log_.push_back(std::move(entry));
  return log_.back();
}

const Committed* Chronicle::at_or_below(Zxid zxid) const {
  const auto above = std::upper_bound(log_.begin(), log_.end(), zxid,
                                      [](Zxid at, const Committed& entry) { return at < entry.zxid; });
  return above == log_.begin() ? nullptr : &*(above - 1);
}

const Committed* Chronicle::find(Zxid zxid) const {
  const Committed* found = at_or_below(zxid);
  return found != nullptr && found->zxid == zxid ? found : nullptr;
}

znode::StateChecksum Chronicle::checksum_at(Zxid zxid) const {
  const Committed* found = at_or_below(zxid);
  return found != nullptr ? found->after : initial_;
}

// --- The past

const Chronicle::Versions* Chronicle::versions(std::string_view path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

const Chronicle::Version* Chronicle::version_at(std::string_view path, Zxid at) const {
  const Versions* all = versions(path);
  if (all == nullptr) return nullptr;
  const auto above = std::upper_bound(all->begin(), all->end(), at,
                                      [](Zxid zxid, const Version& version) { return zxid < version.zxid; });
  return above == all->begin() ? nullptr : &*(above - 1);
}

std::optional<NodeThen> Chronicle::node(std::string_view path, Zxid at) const {
  const Version* version = version_at(path, at);
  return version != nullptr ? version->node : std::nullopt;
}

std::vector<std::string> Chronicle::children(std::string_view path, Zxid at) const {
  const std::string prefix = path == "/" ? "/" : std::string(path) + "/";
  std::vector<std::string> names;
  for (auto node = nodes_.upper_bound(prefix); node != nodes_.end() && node->first.starts_with(prefix);
       ++node) {
    const std::string name = node->first.substr(prefix.size());
    const Version* version = version_at(node->first, at);
    if (name.find('/') == std::string::npos && version != nullptr && version->node) names.push_back(name);
  }
  return names;
}

std::optional<client::Stat> Chronicle::stat(std::string_view path, Zxid at) const {
  const Version* version = version_at(path, at);
  if (version == nullptr || !version->node) return std::nullopt;
  const client::StatPersisted& kept = version->node->stat;
  client::Stat stat;
  stat.czxid = kept.czxid;
  stat.mzxid = kept.mzxid;
  stat.ctime = kept.ctime;
  stat.mtime = kept.mtime;
  stat.version = kept.version;
  stat.aversion = kept.aversion;
  stat.ephemeral_owner = kept.ephemeral_owner;
  stat.data_length = static_cast<int32_t>(version->node->data.size());
  stat.num_children = static_cast<int32_t>(children(path, at).size());
  stat.cversion = 2 * kept.cversion - stat.num_children;
  stat.pzxid = kept.pzxid;
  return stat;
}

const std::vector<std::string>& Chronicle::touched(Zxid zxid) const {
  static const std::vector<std::string> nothing;
  const auto found = touched_.find(zxid);
  return found == touched_.end() ? nothing : found->second;
}

template <class Changes>
std::optional<Zxid> Chronicle::first_change(std::string_view path, Zxid after, Changes&& changes) const {
  const Versions* all = versions(path);
  if (all == nullptr) return std::nullopt;
  for (const Version& version : *all) {
    if (version.zxid > after && (!version.node || changes(version.node->stat, version.zxid.value))) {
      return version.zxid;
    }
  }
  return std::nullopt;
}

std::optional<Zxid> Chronicle::first_data_change(std::string_view path, Zxid after) const {
  return first_change(path, after,
                      [](const client::StatPersisted& stat, int64_t zxid) { return stat.mzxid == zxid; });
}

std::optional<Zxid> Chronicle::first_child_change(std::string_view path, Zxid after) const {
  return first_change(path, after, [](const client::StatPersisted& stat, int64_t zxid) {
    return stat.pzxid == zxid || stat.czxid == zxid;
  });
}

}  // namespace paddock::sim
