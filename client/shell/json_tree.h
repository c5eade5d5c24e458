// Trees as JSON: a list with an object for each node, a line each, parents first:
//
//   [
//   {"path":"","data":"hello"},
//   {"path":"/logo","base64":"iVBORw0KGgo=","acl":[{"scheme":"world","id":"anyone","perms":"r"}]},
//   {"path":"/nothing","data":null}
//   ]
//
// "path" is below the root of the tree; data that is no text stands in "base64"; "acl" may be missing.
#pragma once

#include <cstdio>
#include <string>

#include "client/shell/shell.h"
#include "client/shell/tree_node.h"

namespace paddock::client::shell {

// --- Pure
Json tree_node_json(const TreeNode& node);
// The fault names the node, or the place in the text.
Result<std::vector<TreeNode>> parse_json_tree(std::string_view text);

// `file`: "-" for standard input or output.
class JsonSource : public TreeSource {
 public:
  JsonSource(Shell& shell, std::string file) : shell_(shell), file_(std::move(file)) {}
  ExitCode read(const TakeNode& take) override;

 private:
  Shell& shell_;
  const std::string file_;
};

// The file is replaced when all is written.
class JsonSink : public TreeSink {
 public:
  JsonSink(Shell& shell, std::string file);
  ~JsonSink() override;
  ExitCode put(TreeNode node) override;
  ExitCode finish() override;
  const PutCounts& counts() const override { return counts_; }

 private:
  ExitCode fail();

  Shell& shell_;
  const std::string file_;
  const std::string temporary_;  // empty: standard output
  std::FILE* output_ = nullptr;
  PutCounts counts_;
};

}  // namespace paddock::client::shell
