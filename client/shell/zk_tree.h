// Trees on a server. Ephemeral nodes are no part of them: they belong to a living session. Nor is /zookeeper,
// unless the tree begins there. Null data becomes empty data.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/tree_node.h"

namespace paddock::client::shell {

struct ZkTreeOptions {
  bool recursive = true;
  bool acl = false;  // read or set it as well
};

class ZkSource : public TreeSource {
 public:
  ZkSource(Shell& shell, Connection& zk, std::string root, const ZkTreeOptions& options)
      : shell_(shell), zk_(zk), root_(std::move(root)), options_(options) {}

  ExitCode read(const TakeNode& take) override;

 private:
  ExitCode read_piece(const std::vector<Found>& nodes, const TakeNode& take);

  Shell& shell_;
  Connection& zk_;
  const std::string root_;
  const ZkTreeOptions options_;
};

struct ZkSinkOptions {
  bool overwrite = false;    // what is there already; otherwise it is a failure
  bool delete_rest = false;  // at the end: what was not put
  bool acl = false;
};

class ZkSink : public TreeSink {
 public:
  ZkSink(Shell& shell, Connection& zk, std::string root, const ZkSinkOptions& options)
      : shell_(shell), zk_(zk), root_(std::move(root)), options_(options) {}

  ExitCode put(TreeNode node) override;
  ExitCode finish() override;
  const PutCounts& counts() const override { return counts_; }

 private:
  ExitCode create_parents();
  // Writes what waits.
  ExitCode flush();
  ExitCode create(std::vector<TreeNode> nodes, std::vector<TreeNode>& existing);
  ExitCode overwrite(const std::vector<TreeNode>& existing);
  ExitCode set_acls(const std::vector<TreeNode>& nodes);
  ExitCode delete_rest();

  Shell& shell_;
  Connection& zk_;
  const std::string root_;
  const ZkSinkOptions options_;
  bool has_parents_ = false;
  std::vector<TreeNode> waiting_;
  size_t waiting_bytes_ = 0;
  std::unordered_set<std::string> put_;  // paths on the server
  PutCounts counts_;
};

}  // namespace paddock::client::shell
