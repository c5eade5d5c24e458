// ls, get, stat and the counts: what looks at the tree.
#include <algorithm>

#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"
#include "protocol/jute/codec.h"

namespace paddock::client::shell {
namespace {

ExitCode list_recursively(Shell& shell, const std::string& path) {
  auto found = list_subtree(shell.zk(), path);
  if (!found) return shell.refuse(found.err, path);
  // '/' before every other character, so that a subtree stays together: /a /a/b /a-b.
  std::sort(found.value.begin(), found.value.end(), [](const std::string& a, const std::string& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
      return rank(x) < rank(y);
    });
  });
  for (const std::string& node : found.value) shell.print(node);
  return ExitCode::ok;
}

ExitCode ls(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : "/";
  if (arguments.has("-R")) return list_recursively(shell, path);
  const bool watch = arguments.has("-w");
  auto children = shell.zk().call<Children>(
      [=](Client& client, Callback<Children> done) { client.children(path, watch, std::move(done)); });
  if (!children) return shell.refuse(children.err, path);
  std::sort(children.value.names.begin(), children.value.names.end());
  shell.print(list_text(children.value.names));
  if (arguments.has("-s")) shell.print(stat_text(children.value.stat));
  return ExitCode::ok;
}

ExitCode get(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const bool watch = arguments.has("-w");
  const auto node = shell.zk().call<NodeData>(
      [=](Client& client, Callback<NodeData> done) { client.get(path, watch, std::move(done)); });
  if (!node) return shell.refuse(node.err, path);
  const std::string text = arguments.has("-b") ? base64(node.value.data) : node.value.data;
  if (arguments.has("-n")) {
    shell.print_raw(text);
  } else {
    shell.print(node.value.null ? "null" : text);
  }
  if (arguments.has("-s")) shell.print(stat_text(node.value.stat));
  return ExitCode::ok;
}

ExitCode stat(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const bool watch = arguments.has("-w");
  const auto found = shell.zk().call<Stat>(
      [=](Client& client, Callback<Stat> done) { client.exists(path, watch, std::move(done)); });
  if (!found) return shell.refuse(found.err, path);
  shell.print(stat_text(found.value));
  return ExitCode::ok;
}

ExitCode count(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  const auto total = shell.zk().call<int32_t>(
      [=](Client& client, Callback<int32_t> done) { client.count_descendants(path, std::move(done)); });
  if (!total) return shell.refuse(total.err, path);
  shell.print(std::to_string(total.value));
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
  shell.print(list_text(paths.value));
  return ExitCode::ok;
}

// The configuration lies outside of every chroot.
ExitCode config(Shell& shell, const Arguments& arguments) {
  constexpr const char* kPath = "/zookeeper/config";
  const auto reply = shell.zk().call<std::string>([=](Client& client, Callback<std::string> done) {
    client.raw(OpCode::get_data, jute::encoded(PathWatchRequest{kPath, false}), std::move(done));
  });
  if (!reply) return shell.refuse(reply.err, kPath);
  const auto record = jute::decoded<GetDataResponse>(reply.value);
  if (!record) return shell.refuse(ErrorCode::marshalling_error, kPath);
  shell.print(record->data.view());
  if (arguments.has("-s")) shell.print(stat_text(record->stat));
  return ExitCode::ok;
}

constexpr FlagSpec kStatFlag{"-s", "", "print the stat as well"};
constexpr FlagSpec kWatchFlag{"-w", "", "set a watch; its event goes to standard error"};

}  // namespace

Family reading_commands() {
  return {
      "Look",
      {{"ls",
        "[PATH]",
        "list the children of a node",
        {kStatFlag, kWatchFlag, {"-R", "", "the whole subtree, one full path a line"}},
        {"ls /", "ls -s /app", "ls -R /app"},
        0,
        1,
        true,
        true,
        ls},
       {"get",
        "PATH",
        "print the data of a node",
        {kStatFlag, kWatchFlag, {"-b", "", "as base64"}, {"-n", "", "the bytes alone, without a line end"}},
        {"get /app", "get -s /app", "get -n /app/key   (binary, into a file: paddock get -n /app/key > key)"},
        1,
        1,
        true,
        true,
        get},
       {"stat", "PATH", "print the stat of a node", {kWatchFlag}, {"stat /app"}, 1, 1, true, true, stat},
       {"getAllChildrenNumber", "PATH", "count all nodes below a node", {}, {}, 1, 1, true, true, count},
       {"getEphemerals",
        "[PREFIX]",
        "list the ephemeral nodes of this session",
        {},
        {},
        0,
        1,
        true,
        true,
        ephemerals},
       {"config",
        "",
        "print the configuration of the ensemble",
        {kStatFlag},
        {},
        0,
        0,
        false,
        true,
        config}}};
}

}  // namespace paddock::client::shell
