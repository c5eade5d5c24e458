#include "znode/delta_codec.h"

#include "protocol/base/paths.h"
#include "protocol/jute/codec.h"

namespace paddock::znode {
namespace {

constexpr uint8_t kNodeVersion = 1;

}  // namespace

std::optional<NodeEntry> read_node_entry(std::string_view value) {
  std::optional<NodeEntry> none;
  jute::Reader reader(value);
  NodeEntry entry;
  if (reader.read_byte() != kNodeVersion || !jute::decode(reader, entry.stat)) return none;
  const uint8_t has_acl = reader.read_byte();
  if (has_acl > 1) return none;
  const std::string_view from_acl = reader.rest();
  if (has_acl == 1 && !jute::skip<AclView>(reader)) return none;
  entry.acl = from_acl.substr(0, from_acl.size() - reader.remaining());
  entry.data = reader.read_buffer();
  if (!reader.ok() || !reader.at_end()) return none;
  return entry;
}

std::string node_key(std::string_view path) {
  std::string key(1, kNodeKey);
  if (path != "/") key += path;
  return key;
}

std::string session_key(int64_t session) {
  std::string key(1, kSessionKey);
  jute::Writer(key).write_long(session);
  return key;
}

std::string encode_node_value(const client::StatPersisted& stat, std::string_view acl,
                              const jute::Buffer& data) {
  std::string value;
  value.reserve(1 + 60 + 1 + acl.size() + 4 + data.size());
  jute::Writer writer(value);
  writer.write_byte(kNodeVersion);
  jute::encode(writer, stat);
  writer.write_bool(!acl.empty());
  writer.write_raw(acl);
  writer.write_buffer(data);
  return value;
}

std::string encode_node(const NodeStore& nodes, NodeIndex node) {
  const Tree& tree = nodes.tree();
  const AclId acl = tree.acl(node);
  const std::string_view list = acl == kOpenAcl ? std::string_view() : nodes.acls().encoded(acl);
  return encode_node_value(tree.persisted(node), list, tree.data(node));
}

std::string encode_session(int32_t timeout_ms) {
  std::string value;
  jute::Writer(value).write_int(timeout_ms);
  return value;
}

Status load_node(NodeStore& nodes, std::string_view path, std::string_view bytes) {
  const std::optional<NodeEntry> value = read_node_entry(bytes);
  AclView acl{client::Acl{client::kPermAll, {"world", "anyone"}}};
  jute::Reader list(value ? value->acl : std::string_view());
  if (!value || (!list.at_end() && !jute::decode(list, acl))) {
    return make_fault("node '{}': a value of {} bytes is malformed", path, bytes.size());
  }
  if (path.empty()) {
    nodes.set_data(kRoot, "/", value->data, value->stat);
    nodes.set_acl(kRoot, "/", acl, value->stat.aversion);
    return ok_status();
  }
  if (!names_a_node(path)) return make_fault("'{}' is no path of a node", path);
  const NodeIndex parent = nodes.tree().find(parent_path(path));
  if (parent == kNoNode) return make_fault("node '{}' comes before its parent", path);
  if (nodes.tree().find(path) != kNoNode) return make_fault("node '{}' comes twice", path);
  nodes.create(parent, path, value->data, acl, value->stat);
  return ok_status();
}

Status load_session(SessionTable& sessions, std::string_view id, std::string_view value) {
  if (id.size() != 8 || value.size() != 4) {
    return make_fault("a session's key of {} and value of {} bytes are malformed", id.size() + 1,
                      value.size());
  }
  sessions.set(jute::load_long(id.data()), jute::load_int(value.data()));
  return ok_status();
}

}  // namespace paddock::znode
