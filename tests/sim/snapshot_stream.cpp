#include "tests/sim/snapshot_stream.h"

#include <optional>
#include <vector>

#include "protocol/jute/codec.h"
#include "protocol/jute/endian.h"
#include "protocol/quorum/records.h"
#include "znode/state.h"

namespace paddock::sim {
namespace {

constexpr char kNodeKey = 'n';
constexpr char kSessionKey = 's';
constexpr uint8_t kNodeVersion = 1;

struct NodeValue {
  client::StatPersisted stat;
  std::string acl;  // encoded; empty: open
  jute::Buffer data;
};

NodeValue decode_value(std::string_view bytes) {
  NodeValue value;
  jute::Reader reader(bytes);
  reader.read_byte();
  jute::decode(reader, value.stat);
  if (reader.read_bool()) {
    const std::string_view before = reader.rest();
    jute::skip<jute::Vector<client::Acl>>(reader);
    value.acl = before.substr(0, before.size() - reader.remaining());
  }
  value.data = reader.read_buffer();
  return value;
}

std::string encode_value(const quorum::SnapshotNode& node, const std::string& acl) {
  std::string value;
  jute::Writer writer(value);
  writer.write_byte(kNodeVersion);
  jute::encode(writer, node.stat);
  writer.write_bool(!acl.empty());
  writer.write_raw(acl);
  writer.write_buffer(node.data);
  return value;
}

znode::StateChecksum checksum_of(const StateImage& image) {
  znode::State state{znode::Options{}};
  state.begin_load();
  for (const auto& [key, value] : image.entries) {
    const Status loaded = znode::load_entry(state, key, value);
    PADDOCK_CHECK(loaded.ok(), "a snapshot stream at {:#x} does not load: {}", image.applied.value,
                  loaded.fault().message);
  }
  return state.checksum();
}

}  // namespace

void StateImage::merge(const znode::Delta& delta) {
  for (const znode::Delta::Entry& entry : delta.entries) {
    if (entry.value) {
      entries[std::string(entry.key)] = *entry.value;
    } else {
      entries.erase(std::string(entry.key));
    }
  }
  applied = delta.applied;
  checksum = delta.checksum;
}

std::string encode_stream(const StateImage& image) {
  std::string sessions, acls, nodes;
  std::map<std::string, int64_t> lists;
  int32_t session_count = 0;
  jute::Writer session_writer(sessions), acl_writer(acls), node_writer(nodes);
  for (const auto& [key, value] : image.entries) {
    if (key[0] == kSessionKey) {
      ++session_count;
      session_writer.write_raw(std::string_view(key).substr(1));
      session_writer.write_raw(value);
      continue;
    }
    const NodeValue node = decode_value(value);
    int64_t list = quorum::kOpenAclId;
    if (!node.acl.empty()) {
      const auto [found, fresh] = lists.try_emplace(node.acl, static_cast<int64_t>(lists.size()) + 1);
      list = found->second;
      if (fresh) {
        acl_writer.write_long(list);
        acl_writer.write_raw(node.acl);
      }
    }
    jute::encode(node_writer,
                 quorum::SnapshotNode{std::string_view(key).substr(1), node.data, list, node.stat});
  }
  std::string stream;
  jute::Writer writer(stream);
  writer.write_int(session_count);
  writer.write_raw(sessions);
  writer.write_int(static_cast<int32_t>(lists.size()));
  writer.write_raw(acls);
  writer.write_raw(nodes);
  writer.write_buffer(quorum::kSnapshotEnd);
  writer.write_buffer(quorum::kSnapshotSignature);
  return stream;
}

Result<StateImage> decode_stream(std::string_view stream, Zxid zxid) {
  StateImage image;
  image.applied = zxid;
  jute::Reader reader(stream);
  for (int32_t left = reader.read_int(); left > 0 && reader.ok(); --left) {
    const std::string_view at = reader.rest();
    reader.read_long();
    reader.read_int();
    if (reader.ok()) image.entries[kSessionKey + std::string(at.substr(0, 8))] = at.substr(8, 4);
  }
  std::map<int64_t, std::string> lists;
  for (int32_t left = reader.read_int(); left > 0 && reader.ok(); --left) {
    const int64_t id = reader.read_long();
    const std::string_view before = reader.rest();
    jute::skip<jute::Vector<client::Acl>>(reader);
    lists[id] = before.substr(0, before.size() - reader.remaining());
  }
  for (;;) {
    quorum::SnapshotNode node;
    node.path = reader.read_buffer();
    if (!reader.ok()) return make_fault("a stream of {} bytes breaks off", stream.size());
    if (node.path.view() == quorum::kSnapshotEnd) break;
    node.data = reader.read_buffer();
    node.acl_id = reader.read_long();
    jute::decode(reader, node.stat);
    image.entries[kNodeKey + node.path.str()] =
        encode_value(node, node.acl_id == quorum::kOpenAclId ? std::string() : lists[node.acl_id]);
  }
  if (reader.read_buffer().view() != quorum::kSnapshotSignature || !reader.at_end()) {
    return make_fault("a stream of {} bytes lacks its signature", stream.size());
  }
  image.checksum = checksum_of(image);
  return image;
}

}  // namespace paddock::sim
