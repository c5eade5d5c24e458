// The znodes as a plain map, changed by the rules of spec/disk-formats.md section 4 read literally: what the
// property tests hold State against. Slow and obvious on purpose.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/jute/codec.h"
#include "znode/digest.h"
#include "znode/state.h"

namespace paddock::znode::test {

struct ModelNode {
  std::optional<std::string> data;
  std::string acl;  // encoded
  client::StatPersisted stat;
  friend bool operator==(const ModelNode&, const ModelNode&) = default;
};

struct Model {
  std::map<std::string, ModelNode> nodes;  // "" is the root
  std::map<int64_t, int32_t> sessions;
  friend bool operator==(const Model&, const Model&) = default;

  static std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

  std::vector<std::string> children(const std::string& path) const {
    std::vector<std::string> found;
    for (auto it = nodes.upper_bound(path + "/"); it != nodes.end(); ++it) {
      if (!it->first.starts_with(path + "/")) break;
      if (parent_of(it->first) == path) found.push_back(it->first);
    }
    return found;
  }

  uint64_t digest() const {
    uint64_t sum = 0;
    for (const auto& [path, node] : nodes) {
      if (path.starts_with("/zookeeper/")) continue;
      sum +=
          node_digest(digest_prefix(path, node.data ? jute::Buffer(*node.data) : jute::Buffer()), node.stat);
    }
    return sum;
  }

  void create(const std::string& path, const std::optional<std::string>& data, const AclView& acl,
              int64_t owner, int64_t zxid, int64_t time_ms) {
    ModelNode& parent = nodes.at(parent_of(path));
    parent.stat.cversion += 1;
    parent.stat.pzxid = zxid;
    ModelNode node{data, jute::encoded(acl), {}};
    node.stat.czxid = node.stat.mzxid = node.stat.pzxid = zxid;
    node.stat.ctime = node.stat.mtime = time_ms;
    node.stat.ephemeral_owner = owner;
    nodes[path] = node;
  }
  void remove(const std::string& path, int64_t zxid) {
    nodes.at(parent_of(path)).stat.pzxid = zxid;
    nodes.erase(path);
  }
  void set_data(const std::string& path, const std::optional<std::string>& data, int64_t zxid,
                int64_t time_ms) {
    ModelNode& node = nodes.at(path);
    node.data = data;
    node.stat.version += 1;
    node.stat.mzxid = zxid;
    node.stat.mtime = time_ms;
  }
  void set_acl(const std::string& path, const AclView& acl) {
    ModelNode& node = nodes.at(path);
    node.acl = jute::encoded(acl);
    node.stat.aversion += 1;
  }
  std::vector<std::string> ephemerals_of(int64_t session) const {
    std::vector<std::string> paths;
    for (const auto& [path, node] : nodes) {
      if (node.stat.ephemeral_owner == session) paths.push_back(path);
    }
    return paths;
  }
};

// `state` as a model, read through its public face, its links and counters checked on the way.
Model model_of(const State& state);

}  // namespace paddock::znode::test
