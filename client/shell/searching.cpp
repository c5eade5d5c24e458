// find, grep and du: what is where below a node, and how much of it.
#include <fnmatch.h>

#include <algorithm>

#include "client/shell/json_forms.h"
#include "client/shell/pattern.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/usage.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr int64_t kRowsOfUsage = 20;

ExitCode find(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : shell.here();
  const auto depth = arguments.count_of("-d", INT32_MAX);
  if (!depth) return shell.wrong_usage(depth.fault().message);
  const auto bytes = arguments.count_of("-size", 0);
  if (!bytes) return shell.wrong_usage(bytes.fault().message);
  const std::string glob = arguments.has("-name") ? arguments.text("-name") : "*";
  const int flags = arguments.has("-i") ? FNM_CASEFOLD : 0;
  const auto found = walk(shell.zk(), path, {*depth, SIZE_MAX});
  if (!found) return shell.refuse(found.err, path);
  bool any = false;
  for (const Found& node : found.value) {
    const std::string name(last_component(node.path));
    const bool matches = ::fnmatch(glob.c_str(), name.c_str(), flags) == 0 &&
                         (!arguments.has("-e") || is_ephemeral(node.stat)) &&
                         static_cast<size_t>(node.stat.data_length) >= *bytes;
    if (!matches) continue;
    any = true;
    shell.out().row(node.path, {{"path", node.path},
                                {"bytes", node.stat.data_length},
                                {"ephemeralOwner", hex_text(node.stat.ephemeral_owner)}});
  }
  return any ? ExitCode::ok : ExitCode::refused;
}

// What `grep` says about one node; true: something.
bool search_node(Shell& shell, const Arguments& arguments, const Pattern& pattern, const Found& node,
                 const NodeData& data) {
  const bool list = arguments.has("-l");
  if (list || !is_utf8(data.data)) {
    if (!pattern.matches(data.data)) return false;
    const std::string text = list ? node.path : node.path + ": binary data matches";
    shell.out().row(text, {{"path", node.path}});
    return true;
  }
  bool any = false;
  size_t number = 0;
  for (const std::string_view line : lines_of(data.data)) {
    ++number;
    if (!pattern.matches(line)) continue;
    any = true;
    shell.out().row(fmt::format("{}:{}", shell.out().paint("cyan", node.path), line),
                    {{"path", node.path}, {"line", number}, {"text", line}});
  }
  return any;
}

ExitCode grep(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() > 1 ? shell.resolve(arguments.at(1)) : shell.here();
  const auto pattern = Pattern::compile(arguments.at(0), arguments.has("-F"), arguments.has("-i"));
  if (!pattern) return shell.wrong_usage("grep: " + pattern.fault().message);
  const auto found = walk(shell.zk(), path);
  if (!found) return shell.refuse(found.err, path);
  bool any = false;
  const ErrorCode err = read_each(shell.zk(), found.value, [&](const Found& node, const NodeData& data) {
    any = search_node(shell, arguments, pattern.value(), node, data) || any;
    return true;
  });
  if (err != ErrorCode::ok) return shell.refuse(err, path);
  return any ? ExitCode::ok : ExitCode::refused;
}

ExitCode du(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : shell.here();
  const auto depth = arguments.count_of("-d", 1);
  if (!depth) return shell.wrong_usage(depth.fault().message);
  const auto limit = arguments.count_of("-n", kRowsOfUsage);
  if (!limit) return shell.wrong_usage(limit.fault().message);
  const auto found = walk(shell.zk(), path);
  if (!found) return shell.refuse(found.err, path);
  std::vector<Usage> rows = usage_of(path, found.value, *depth);
  const size_t left_out = rows.size() > *limit ? rows.size() - *limit : 0;
  rows.resize(rows.size() - left_out);
  for (const Usage& row : rows) {
    shell.out().row(fmt::format("{:>12} {:>9} {}", row.bytes, row.nodes, row.path),
                    {{"bytes", row.bytes}, {"nodes", row.nodes}, {"path", row.path}});
  }
  if (left_out > 0) shell.complain(fmt::format("{} smaller ones are not shown (-n)", left_out));
  return ExitCode::ok;
}

}  // namespace

Family searching_commands() {
  return {"Search",
          {{
               .name = "find",
               .parameters = "[PATH]",
               .summary = "print the nodes below a node, a path a line",
               .flags = {{"-name", "GLOB", "whose name matches, as \"lock-*\""},
                         {"-i", "", "whatever the case of the letters"},
                         {"-d", "DEPTH", "so many levels (all)"},
                         {"-e", "", "ephemeral ones only"},
                         {"-size", "BYTES", "with at least so much data"}},
               .examples = {"find /app -name \"lock-*\"", "find -e /", "find / -size 100000"},
               .most = 1,
               .run = find,
           },
           {
               .name = "grep",
               .parameters = "PATTERN [PATH]",
               .summary = "print the lines of data that match, in a node and everything below",
               .flags = {{"-i", "", "whatever the case of the letters"},
                         {"-F", "", "PATTERN is text, not an extended regular expression"},
                         {"-l", "", "only the paths"}},
               .examples = {"grep -i error /app", "grep -l -F 10.0.0.1"},
               .least = 1,
               .most = 2,
               .paths = 0,
               .run = grep,
           },
           {
               .name = "du",
               .parameters = "[PATH]",
               .summary = "print how many nodes and bytes of data there are below a node, the largest first",
               .flags = {{"-d", "DEPTH", "with so many levels of their own lines (1)"},
                         {"-n", "COUNT", "so many lines (20)"}},
               .examples = {"du /", "du -d 2 -n 50 /app"},
               .most = 1,
               .run = du,
           }}};
}

}  // namespace paddock::client::shell
