#include "client/shell/directory_tree.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include "client/shell/file_bytes.h"

namespace paddock::client::shell {
namespace fs = std::filesystem;
namespace {

constexpr const char* kData = ".data";

bool write_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream output(file, std::ios::binary | std::ios::trunc);
  output.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  output.close();
  return output.good();
}

// What a node's file or folder says, without its children.
std::optional<TreeNode> node_at(const fs::path& file) {
  std::error_code err;
  const bool folder = fs::is_directory(file, err);
  if (!folder && !fs::exists(file, err)) return std::nullopt;
  TreeNode node;
  const auto data = read_file(folder ? file / kData : file);
  node.null = !data;
  if (data) node.data = *data;
  return node;
}

fs::path file_of(const fs::path& folder, std::string_view path) {
  fs::path file = folder;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t slash = path.find('/');
    file /= file_name_of(path.substr(0, slash));
    path = slash == path.npos ? std::string_view() : path.substr(slash);
  }
  return file;
}

}  // namespace

std::string file_name_of(std::string_view node_name) {
  std::string name;
  for (const char c : node_name) {
    if (c == '%') {
      name += "%25";
    } else if (c == '.' && name.empty()) {
      name += "%2E";
    } else {
      name += c;
    }
  }
  return name;
}

std::string node_name_of(std::string_view file_name) {
  std::string name;
  for (size_t i = 0; i < file_name.size(); ++i) {
    const std::string_view code = file_name.substr(i, 3);
    if (code == "%25" || code == "%2E") {
      name += code == "%25" ? '%' : '.';
      i += 2;
    } else {
      name += file_name[i];
    }
  }
  return name;
}

ExitCode DirectorySource::read(const TakeNode& take) {
  std::error_code err;
  if (!fs::is_directory(folder_, err)) {
    return shell_.fail(ExitCode::refused, fmt::format("{} is no folder", folder_));
  }
  return read_node(folder_, "", take);
}

ExitCode DirectorySource::read_node(const fs::path& file, const std::string& path, const TakeNode& take) {
  std::error_code err;
  const bool folder = fs::is_directory(file, err);
  auto node = node_at(file);
  if (!node || (node->null && !folder)) {
    return shell_.fail(ExitCode::refused, fmt::format("cannot read {}", file.string()));
  }
  node->path = path;
  if (const ExitCode code = take(std::move(*node)); code != ExitCode::ok || !folder) return code;
  return read_children(file, path, take);
}

ExitCode DirectorySource::read_children(const fs::path& folder, const std::string& path,
                                        const TakeNode& take) {
  std::vector<std::string> names;
  std::error_code err;
  for (fs::directory_iterator entry(folder, err), end; !err && entry != end; entry.increment(err)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    // A link to a folder may lead back to where we are.
    const bool loops = entry->is_symlink(ignored) && entry->is_directory(ignored);
    if (!name.starts_with('.') && !loops) names.push_back(name);
  }
  if (err) return shell_.fail(ExitCode::refused, fmt::format("{}: {}", folder.string(), err.message()));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    const ExitCode code = read_node(folder / name, path + '/' + node_name_of(name), take);
    if (code != ExitCode::ok) return code;
  }
  return ExitCode::ok;
}

bool DirectorySink::make_folder(const fs::path& file) {
  std::error_code err;
  if (fs::is_directory(file, err)) return true;
  if (!fs::exists(file, err)) return fs::create_directories(file, err) || fs::is_directory(file, err);
  const fs::path aside = file.parent_path() / ".data.moved";
  fs::rename(file, aside, err);
  return !err && fs::create_directory(file, err) && (fs::rename(aside, file / kData, err), !err);
}

bool DirectorySink::write_node(const fs::path& file, const TreeNode& node) {
  std::error_code err;
  const bool root = node.path.empty();
  if (node.null || root) {
    if (node.null && fs::is_regular_file(file, err)) fs::remove(file, err);
    if (!make_folder(file)) return false;
  }
  const fs::path data = fs::is_directory(file, err) ? file / kData : file;
  if (!node.null) return write_bytes(data, node.data);
  fs::remove(data, err);
  return !err;
}

ExitCode DirectorySink::fail(const fs::path& file) {
  return shell_.fail(ExitCode::refused,
                     fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
}

ExitCode DirectorySink::put(TreeNode node) {
  const fs::path file = file_of(folder_, node.path);
  std::error_code err;
  if (node.path.empty() && !options_.overwrite && fs::exists(file, err) && !fs::is_empty(file, err)) {
    return shell_.fail(ExitCode::refused, fmt::format("{} is there already (--overwrite)", file.string()));
  }
  if (!node.path.empty() && !make_folder(file.parent_path())) return fail(file);
  const auto before = node_at(file);
  const bool same = before && before->data == node.data && before->null == node.null;
  if (!same && !write_node(file, node)) return fail(file);
  ++(!before ? counts_.created : same ? counts_.unchanged : counts_.changed);
  put_.insert(file);
  return ExitCode::ok;
}

ExitCode DirectorySink::finish() {
  if (!options_.delete_rest) return ExitCode::ok;
  std::vector<fs::path> rest;
  std::error_code err;
  for (fs::recursive_directory_iterator entry(folder_, err), end; !err && entry != end;
       entry.increment(err)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden || put_.contains(entry->path())) {
      if (hidden) entry.disable_recursion_pending();
      continue;
    }
    rest.push_back(entry->path());
    entry.disable_recursion_pending();
  }
  for (const fs::path& path : rest) {
    fs::remove_all(path, err);
    if (err) return shell_.fail(ExitCode::refused, fmt::format("{}: {}", path.string(), err.message()));
    ++counts_.deleted;
  }
  return ExitCode::ok;
}

}  // namespace paddock::client::shell
