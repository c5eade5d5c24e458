// QuotaRegistry: the nodes that have a quota, and the upkeep of their zookeeper_stats while the tree changes
// (spec/client-protocol.md section 13). Local bookkeeping: it changes the data of stats nodes, but no stat,
// and triggers nothing.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "znode/node_store.h"

namespace paddock::znode {

class QuotaRegistry {
 public:
  // `nodes` must outlive the registry.
  explicit QuotaRegistry(NodeStore& nodes) : nodes_(nodes) {}

  // To be told of every change by a transaction, after it was made.
  void created(std::string_view path, size_t data_bytes);
  void removed(std::string_view path, size_t data_bytes);
  void data_changed(std::string_view path, int64_t growth);

  // The longest prefix of `path` that has a quota; "" if none. A view into `path`.
  std::string_view prefix_of(std::string_view path) const;

  // Finds all quotas in the tree and counts their usage afresh. The stats nodes whose text that changed.
  std::vector<std::string> rebuild();

 private:
  void add_usage(std::string_view path, int64_t count, int64_t bytes);
  // False if the text was right already, or there is no stats node.
  bool recount(std::string_view prefix);
  bool write_stats(std::string_view prefix, const std::string& text);

  NodeStore& nodes_;
  std::set<std::string, std::less<>> prefixes_;
};

}  // namespace paddock::znode
