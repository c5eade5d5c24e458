#include "client/shell/subtree.h"

#include <algorithm>

namespace paddock::client::shell {
namespace {

// Bytes of data that may be on their way at once.
constexpr int64_t kBytesAtOnce = 16 << 20;
constexpr size_t kNodesAtOnce = 1000;

using Answers = std::vector<Outcome<Children>>;

Answers children_of_each(Connection& zk, const std::vector<std::string>& paths) {
  return zk.call_each<Children>(paths.size(), [paths](Client& client, size_t i, Callback<Children> done) {
    client.children(paths[i], false, std::move(done));
  });
}

// As above without the names, which may be many.
Answers stats_of_each(Connection& zk, const std::vector<std::string>& paths) {
  return zk.call_each<Children>(paths.size(), [paths](Client& client, size_t i, Callback<Children> done) {
    client.exists(paths[i], false, [done = std::move(done)](const Outcome<Stat>& stat) {
      done({stat.err, Children{{}, stat.value}});
    });
  });
}

// How many of the nodes from `first` on are read together.
size_t piece_size(const std::vector<Found>& nodes, size_t first) {
  int64_t bytes = 0;
  size_t size = 0;
  while (first + size < nodes.size() && size < kNodesAtOnce && (size == 0 || bytes < kBytesAtOnce)) {
    bytes += nodes[first + size].stat.data_length;
    ++size;
  }
  return size;
}

}  // namespace

std::string join_path(const std::string& parent, const std::string& name) {
  return parent == "/" ? "/" + name : parent + "/" + name;
}

bool tree_less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
    return rank(x) < rank(y);
  });
}

size_t depth_below(std::string_view root, std::string_view path) {
  const auto slashes = [](std::string_view text) {
    return text == "/" ? 0 : static_cast<size_t>(std::count(text.begin(), text.end(), '/'));
  };
  return slashes(path) - slashes(root);
}

bool is_ephemeral(const Stat& stat) {
  const auto owner = static_cast<uint64_t>(stat.ephemeral_owner);
  const bool container = owner == uint64_t{1} << 63;
  const bool ttl = owner >> 56 == 0xff;
  return owner != 0 && !container && !ttl;
}

Outcome<std::vector<Found>> walk(Connection& zk, const std::string& root, const WalkLimits& limits) {
  std::vector<Found> all;
  std::vector<std::string> level = {root};
  for (size_t depth = 0; !level.empty(); ++depth) {
    Answers answers = depth < limits.depth ? children_of_each(zk, level) : stats_of_each(zk, level);
    std::vector<std::string> next;
    for (size_t i = 0; i < level.size(); ++i) {
      if (answers[i].err == ErrorCode::no_node && level[i] != root) continue;
      if (!answers[i]) return {answers[i].err, {}};
      auto& [names, stat] = answers[i].value;
      const size_t kept = std::min(names.size(), limits.children);
      std::partial_sort(names.begin(), names.begin() + static_cast<ptrdiff_t>(kept), names.end());
      for (size_t k = 0; k < kept; ++k) next.push_back(join_path(level[i], names[k]));
      all.push_back({std::move(level[i]), stat, names.size() - kept});
    }
    level = std::move(next);
  }
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) { return tree_less(a.path, b.path); });
  return {ErrorCode::ok, std::move(all)};
}

Outcome<std::vector<std::string>> list_subtree(Connection& zk, const std::string& root) {
  auto found = walk(zk, root);
  std::vector<std::string> paths;
  paths.reserve(found.value.size());
  for (Found& node : found.value) paths.push_back(std::move(node.path));
  return {found.err, std::move(paths)};
}

ErrorCode read_each(Connection& zk, const std::vector<Found>& nodes, const VisitData& visit) {
  for (size_t first = 0; first < nodes.size();) {
    const size_t size = piece_size(nodes, first);
    std::vector<std::string> paths;
    for (size_t i = first; i < first + size; ++i) paths.push_back(nodes[i].path);
    const auto answers =
        zk.call_each<NodeData>(size, [paths](Client& client, size_t i, Callback<NodeData> done) {
          client.get(paths[i], false, std::move(done));
        });
    for (size_t i = 0; i < size; ++i) {
      if (answers[i].err == ErrorCode::no_node) continue;
      if (!answers[i]) return answers[i].err;
      if (!visit(nodes[first + i], answers[i].value)) return ErrorCode::ok;
    }
    first += size;
  }
  return ErrorCode::ok;
}

}  // namespace paddock::client::shell
