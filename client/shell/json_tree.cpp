#include "client/shell/json_tree.h"

#include <unistd.h>

#include <cstring>

#include "client/shell/base64.h"
#include "client/shell/file_bytes.h"
#include "client/shell/json_forms.h"
#include "client/shell/text_forms.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

Result<std::vector<OwnedAcl>> parse_acl_json(const Json& list) {
  std::string text;
  for (const Json& entry : list) {
    text += fmt::format("{}{}:{}:{}", text.empty() ? "" : ",", entry.value("scheme", ""),
                        entry.value("id", ""), entry.value("perms", ""));
  }
  return parse_acl(text);
}

// Into `node`; false: neither text nor null nor base64.
bool parse_data(const Json& object, TreeNode& node) {
  if (const auto encoded = object.find("base64"); encoded != object.end()) {
    if (!encoded->is_string()) return false;
    auto bytes = from_base64(encoded->get_ref<const std::string&>());
    if (!bytes) return false;
    node.data = std::move(*bytes);
    return true;
  }
  const auto data = object.find("data");
  if (data == object.end() || data->is_null()) {
    node.null = true;
    return true;
  }
  if (!data->is_string()) return false;
  node.data = data->get<std::string>();
  return true;
}

bool is_acl_list(const Json& list) {
  return list.is_array() && std::all_of(list.begin(), list.end(), [](const Json& entry) {
           return entry.is_object() &&
                  std::all_of(entry.begin(), entry.end(), [](const Json& v) { return v.is_string(); });
         });
}

Result<TreeNode> parse_node(const Json& object) {
  if (!object.is_object() || !object.contains("path") || !object["path"].is_string()) {
    return make_fault("not an object with a \"path\": {}", object.dump().substr(0, 80));
  }
  TreeNode node;
  node.path = object["path"].get<std::string>();
  if (!node.path.empty() && !is_valid_path(node.path)) return make_fault("'{}' is no path", node.path);
  if (!parse_data(object, node))
    return make_fault("{}: the data is neither text nor null nor base64", node.path);
  if (const auto acl = object.find("acl"); acl != object.end()) {
    if (!is_acl_list(*acl)) return make_fault("{}: \"acl\" is no list of scheme, id and perms", node.path);
    auto entries = parse_acl_json(*acl);
    if (!entries) return make_fault("{}: {}", node.path, entries.fault().message);
    node.acl = std::move(entries).value();
  }
  return node;
}

}  // namespace

Json tree_node_json(const TreeNode& node) {
  Json object = {{"path", node.path}};
  put_data(object, node.data, node.null);
  if (!node.acl.empty()) object["acl"] = acl_json(node.acl);
  return object;
}

Result<std::vector<TreeNode>> parse_json_tree(std::string_view text) {
  const Json list = Json::parse(text, nullptr, false);
  if (!list.is_array()) return make_fault("not a JSON list of nodes");
  std::vector<TreeNode> nodes;
  for (const Json& object : list) {
    auto node = parse_node(object);
    if (!node) return node.fault();
    nodes.push_back(std::move(node).value());
  }
  return nodes;
}

ExitCode JsonSource::read(const TakeNode& take) {
  const auto text = read_file_or_input(file_);
  if (!text) return shell_.fail(ExitCode::refused, text.fault().message);
  auto nodes = parse_json_tree(*text);
  if (!nodes) return shell_.fail(ExitCode::refused, fmt::format("{}: {}", file_, nodes.fault().message));
  for (TreeNode& node : *nodes) {
    if (const ExitCode code = take(std::move(node)); code != ExitCode::ok) return code;
  }
  return ExitCode::ok;
}

JsonSink::JsonSink(Shell& shell, std::string file)
    : shell_(shell), file_(std::move(file)), temporary_(file_ == "-" ? "" : file_ + ".part") {}

JsonSink::~JsonSink() {
  if (output_ == nullptr || temporary_.empty()) return;
  std::fclose(output_);
  ::unlink(temporary_.c_str());
}

ExitCode JsonSink::fail() {
  return shell_.fail(ExitCode::refused, fmt::format("{}: {}", file_, std::strerror(errno)));
}

ExitCode JsonSink::put(TreeNode node) {
  if (output_ == nullptr) output_ = temporary_.empty() ? stdout : std::fopen(temporary_.c_str(), "we");
  if (output_ == nullptr) return fail();
  const std::string line = (counts_.created == 0 ? "[\n" : ",\n") + tree_node_json(node).dump();
  if (std::fwrite(line.data(), 1, line.size(), output_) != line.size()) return fail();
  ++counts_.created;
  return ExitCode::ok;
}

ExitCode JsonSink::finish() {
  if (output_ == nullptr) return ExitCode::ok;
  if (std::fputs("\n]\n", output_) < 0 || std::fflush(output_) != 0) return fail();
  if (temporary_.empty()) return ExitCode::ok;
  const bool closed = std::fclose(std::exchange(output_, nullptr)) == 0;
  if (!closed || std::rename(temporary_.c_str(), file_.c_str()) != 0) return fail();
  return ExitCode::ok;
}

}  // namespace paddock::client::shell
