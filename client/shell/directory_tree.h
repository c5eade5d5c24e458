// Trees as folders of files. A file is a node with the file's bytes as data; a folder is a node with
// children, or one whose data is null; the data of a folder's node stands in its file ".data".
//
// A '%' of a name is written %25 and a '.' at its beginning %2E: so a node's file never begins with a dot,
// and files that do (.git, .data) are no nodes. ACLs are not kept.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "client/shell/shell.h"
#include "client/shell/tree_node.h"

namespace paddock::client::shell {

// --- Pure
std::string file_name_of(std::string_view node_name);
std::string node_name_of(std::string_view file_name);

class DirectorySource : public TreeSource {
 public:
  DirectorySource(Shell& shell, std::string folder) : shell_(shell), folder_(std::move(folder)) {}
  ExitCode read(const TakeNode& take) override;

 private:
  ExitCode read_node(const std::filesystem::path& file, const std::string& path, const TakeNode& take);
  ExitCode read_children(const std::filesystem::path& folder, const std::string& path, const TakeNode& take);

  Shell& shell_;
  const std::string folder_;
};

struct DirectorySinkOptions {
  bool overwrite = false;
  bool delete_rest = false;
};

class DirectorySink : public TreeSink {
 public:
  DirectorySink(Shell& shell, std::string folder, const DirectorySinkOptions& options)
      : shell_(shell), folder_(std::move(folder)), options_(options) {}

  ExitCode put(TreeNode node) override;
  ExitCode finish() override;
  const PutCounts& counts() const override { return counts_; }

 private:
  // The folder of a node, made of its file if it has none yet.
  bool make_folder(const std::filesystem::path& file);
  bool write_node(const std::filesystem::path& file, const TreeNode& node);
  ExitCode fail(const std::filesystem::path& file);

  Shell& shell_;
  const std::filesystem::path folder_;
  const DirectorySinkOptions options_;
  std::set<std::filesystem::path> put_;
  PutCounts counts_;
};

}  // namespace paddock::client::shell
