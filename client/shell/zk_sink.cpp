#include <algorithm>

#include "client/shell/zk_tree.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr size_t kNodesAtOnce = 1000;
constexpr size_t kBytesAtOnce = 4 << 20;

NewData data_of(const TreeNode& node) {
  return node.null ? NewData() : node.data;
}

// Requests go out together and are answered in order, so a parent is there before its children are created.
template <class T>
std::vector<Outcome<T>> each(Connection& zk, const std::vector<TreeNode>& nodes, const auto& start) {
  return zk.call_each<T>(nodes.size(), [nodes, start](Client& client, size_t i, Callback<T> done) {
    start(client, nodes[i], std::move(done));
  });
}

}  // namespace

ExitCode ZkSink::put(TreeNode node) {
  waiting_bytes_ += node.data.size();
  waiting_.push_back(std::move(node));
  return waiting_.size() < kNodesAtOnce && waiting_bytes_ < kBytesAtOnce ? ExitCode::ok : flush();
}

ExitCode ZkSink::finish() {
  if (const ExitCode code = flush(); code != ExitCode::ok) return code;
  return options_.delete_rest ? delete_rest() : ExitCode::ok;
}

ExitCode ZkSink::flush() {
  if (waiting_.empty()) return ExitCode::ok;
  if (const ExitCode code = create_parents(); code != ExitCode::ok) return code;
  std::vector<TreeNode> nodes = std::exchange(waiting_, {});
  waiting_bytes_ = 0;
  for (TreeNode& node : nodes) {
    node.path = path_in(root_, node.path);
    if (options_.delete_rest) put_.insert(node.path);
  }
  std::vector<TreeNode> existing;
  if (const ExitCode code = create(nodes, existing); code != ExitCode::ok) return code;
  if (const ExitCode code = overwrite(existing); code != ExitCode::ok) return code;
  return options_.acl ? set_acls(existing) : ExitCode::ok;
}

ExitCode ZkSink::create_parents() {
  if (std::exchange(has_parents_, true) || root_ == "/") return ExitCode::ok;
  std::vector<TreeNode> parents;
  for (std::string_view path = parent_path(root_); path != "/"; path = parent_path(path)) {
    parents.push_back({std::string(path), {}, false, {}});
  }
  std::reverse(parents.begin(), parents.end());
  const auto outcomes =
      each<Created>(zk_, parents, [](Client& client, const TreeNode& node, Callback<Created> done) {
        client.create(node.path, "", {}, std::move(done));
      });
  for (size_t i = 0; i < parents.size(); ++i) {
    const ErrorCode err = outcomes[i].err;
    if (err != ErrorCode::ok && err != ErrorCode::node_exists) return shell_.refuse(err, parents[i].path);
  }
  return ExitCode::ok;
}

ExitCode ZkSink::create(std::vector<TreeNode> nodes, std::vector<TreeNode>& existing) {
  const bool with_acl = options_.acl;
  const auto outcomes =
      each<Created>(zk_, nodes, [with_acl](Client& client, const TreeNode& node, Callback<Created> done) {
        CreateOptions options;
        if (with_acl && !node.acl.empty()) options.acl = node.acl;
        client.create(node.path, data_of(node), options, std::move(done));
      });
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (outcomes[i].err == ErrorCode::node_exists && options_.overwrite) {
      existing.push_back(std::move(nodes[i]));
    } else if (!outcomes[i]) {
      return shell_.refuse(outcomes[i].err, nodes[i].path);
    } else {
      ++counts_.created;
    }
  }
  return ExitCode::ok;
}

ExitCode ZkSink::overwrite(const std::vector<TreeNode>& existing) {
  const auto there =
      each<NodeData>(zk_, existing, [](Client& client, const TreeNode& node, Callback<NodeData> done) {
        client.get(node.path, false, std::move(done));
      });
  std::vector<TreeNode> different;
  for (size_t i = 0; i < existing.size(); ++i) {
    if (!there[i]) return shell_.refuse(there[i].err, existing[i].path);
    if (existing[i].data != there[i].value.data) different.push_back(existing[i]);
  }
  const auto outcomes =
      each<Stat>(zk_, different, [](Client& client, const TreeNode& node, Callback<Stat> done) {
        client.set(node.path, data_of(node), -1, std::move(done));
      });
  for (size_t i = 0; i < different.size(); ++i) {
    if (!outcomes[i]) return shell_.refuse(outcomes[i].err, different[i].path);
  }
  counts_.changed += different.size();
  counts_.unchanged += existing.size() - different.size();
  return ExitCode::ok;
}

ExitCode ZkSink::set_acls(const std::vector<TreeNode>& nodes) {
  std::vector<TreeNode> known = nodes;
  std::erase_if(known, [](const TreeNode& node) { return node.acl.empty(); });
  const auto outcomes = each<Stat>(zk_, known, [](Client& client, const TreeNode& node, Callback<Stat> done) {
    client.set_acl(node.path, node.acl, -1, std::move(done));
  });
  for (size_t i = 0; i < known.size(); ++i) {
    if (!outcomes[i]) return shell_.refuse(outcomes[i].err, known[i].path);
  }
  return ExitCode::ok;
}

ExitCode ZkSink::delete_rest() {
  auto found = walk(zk_, root_);
  if (!found) return shell_.refuse(found.err, root_);
  std::vector<TreeNode> rest;
  for (const Found& node : found.value) {
    const bool servers_own = is_at_or_below(node.path, "/zookeeper");
    if (put_.contains(node.path) || servers_own || is_ephemeral(node.stat)) continue;
    rest.push_back({node.path, {}, false, {}});
  }
  std::reverse(rest.begin(), rest.end());  // children first
  const auto outcomes =
      each<Nothing>(zk_, rest, [](Client& client, const TreeNode& node, Callback<Nothing> done) {
        client.remove(node.path, -1, std::move(done));
      });
  for (size_t i = 0; i < rest.size(); ++i) {
    // Above an ephemeral node, which is not ours to delete.
    if (outcomes[i].err == ErrorCode::not_empty) {
      shell_.complain(fmt::format("{} stays: it has ephemeral nodes below it", rest[i].path));
    } else if (!outcomes[i] && outcomes[i].err != ErrorCode::no_node) {
      return shell_.refuse(outcomes[i].err, rest[i].path);
    } else {
      ++counts_.deleted;
    }
  }
  return ExitCode::ok;
}

}  // namespace paddock::client::shell
