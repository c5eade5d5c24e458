// ls, get, stat and the counts: what looks at the tree.
#include <algorithm>

#include "client/shell/base64.h"
#include "client/shell/hexdump.h"
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

ExitCode list_recursively(Shell& shell, const std::string& path) {
  const auto found = list_subtree(shell.zk(), path);
  if (!found) return shell.refuse(found.err, path);
  for (const std::string& node : found.value) shell.out().row(node, {{"path", node}});
  return ExitCode::ok;
}

ExitCode ls(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : shell.here();
  if (arguments.has("-R")) return list_recursively(shell, path);
  const bool watch = arguments.has("-w");
  auto children = shell.zk().call<Children>(
      [=](Client& client, Callback<Children> done) { client.children(path, watch, std::move(done)); });
  if (!children) return shell.refuse(children.err, path);
  std::vector<std::string>& names = children.value.names;
  std::sort(names.begin(), names.end());
  if (arguments.has("-s")) {
    const Stat& stat = children.value.stat;
    shell.out().show(list_text(names) + '\n' + stat_text(stat),
                     {{"children", names}, {"stat", stat_json(stat)}});
  } else {
    shell.out().show(list_text(names), names);
  }
  return ExitCode::ok;
}

// Plain: the data in the form that the flags ask for.
std::string data_text(const Arguments& arguments, const NodeData& node) {
  if (node.null && !arguments.has("-n")) return "null";
  if (arguments.has("-b")) return base64(node.data);
  return arguments.has("-x") ? hex_dump(node.data) : node.data;
}

ExitCode get(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto node = shell.zk().get(path, arguments.has("-w"));
  if (!node) return shell.refuse(node.err, path);
  std::string text = data_text(arguments, node.value);
  if (arguments.has("-n")) {
    shell.out().raw(text);
    return ExitCode::ok;
  }
  Json document = {{"path", path}};
  put_data(document, node.value.data, node.value.null);
  if (arguments.has("-s")) {
    text += '\n' + stat_text(node.value.stat);
    document["stat"] = stat_json(node.value.stat);
  }
  shell.out().show(text, document);
  return ExitCode::ok;
}

ExitCode stat(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto found = shell.zk().exists(path, arguments.has("-w"));
  if (!found) return shell.refuse(found.err, path);
  shell.out().show(stat_text(found.value), stat_json(found.value));
  return ExitCode::ok;
}

ExitCode count(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto total = shell.zk().call<int32_t>(
      [=](Client& client, Callback<int32_t> done) { client.count_descendants(path, std::move(done)); });
  if (!total) return shell.refuse(total.err, path);
  shell.out().show(std::to_string(total.value), total.value);
  return ExitCode::ok;
}

ExitCode ephemerals(Shell& shell, const Arguments& arguments) {
  const std::string prefix = arguments.count() ? arguments.at(0) : "/";
  auto paths =
      shell.zk().call<std::vector<std::string>>([=](Client& client, Callback<std::vector<std::string>> done) {
        client.ephemerals(prefix, std::move(done));
      });
  if (!paths) return shell.refuse(paths.err, prefix);
  std::sort(paths.value.begin(), paths.value.end());
  shell.out().show(list_text(paths.value), paths.value);
  return ExitCode::ok;
}

constexpr FlagSpec kStatFlag{"-s", "", "print the stat as well"};
constexpr FlagSpec kWatchFlag{"-w", "", "set a watch; its event goes to standard error"};

}  // namespace

Family reading_commands() {
  return {"Look",
          {{
               .name = "ls",
               .parameters = "[PATH]",
               .summary = "list the children of a node",
               .flags = {kStatFlag, kWatchFlag, {"-R", "", "the whole subtree, one full path a line"}},
               .examples = {"ls /", "ls -s /app", "ls -R /app"},
               .most = 1,
               .run = ls,
           },
           {
               .name = "get",
               .parameters = "PATH",
               .summary = "print the data of a node",
               .flags = {kStatFlag,
                         kWatchFlag,
                         {"-b", "", "as base64"},
                         {"-x", "", "as a hex dump"},
                         {"-n", "", "the bytes alone, without a line end"}},
               .examples = {"get /app", "get -s /app",
                            "get -n /app/key   (binary, into a file: paddock get -n /app/key > key)"},
               .least = 1,
               .most = 1,
               .run = get,
           },
           {
               .name = "stat",
               .parameters = "PATH",
               .summary = "print the stat of a node",
               .flags = {kWatchFlag},
               .examples = {"stat /app"},
               .least = 1,
               .most = 1,
               .run = stat,
           },
           {
               .name = "getAllChildrenNumber",
               .parameters = "PATH",
               .summary = "count all nodes below a node",
               .least = 1,
               .most = 1,
               .run = count,
           },
           {
               .name = "getEphemerals",
               .parameters = "[PREFIX]",
               .summary = "list the ephemeral nodes of this session",
               .most = 1,
               .run = ephemerals,
           }}};
}

}  // namespace paddock::client::shell
