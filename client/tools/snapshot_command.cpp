// snapshot: a stored state, of a ZooKeeper snapshot or a Paddock data directory.
#include <optional>

#include "client/shell/interrupt.h"
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/shell/text_forms.h"
#include "client/shell/tree_drawing.h"
#include "client/shell/usage.h"
#include "client/tools/file_commands.h"
#include "client/tools/tree_view.h"
#include "client/wire.h"
#include "server/inspect/stored_tree.h"

namespace paddock::client::tools {
namespace {

using inspect::StoredTree;
using shell::Arguments;
using shell::ExitCode;
using shell::Json;
using shell::Shell;

constexpr int64_t kRows = 5;
constexpr int64_t kChildren = 100;

std::string_view form_name(inspect::TreeForm form) {
  switch (form) {
    case inspect::TreeForm::checkpoint:
      return "Paddock checkpoint";
    case inspect::TreeForm::received_snapshot:
      return "Paddock snapshot";
    case inspect::TreeForm::zookeeper_snapshot:
      return "ZooKeeper snapshot";
  }
  return "unknown";
}

// Nothing where the stored digest is of a later tree than this: it was written while transactions went on.
std::optional<bool> digest_matches(const StoredTree& tree) {
  if (!tree.digest || tree.digest->zxid != tree.state->last_applied()) return std::nullopt;
  return tree.digest->value == tree.state->tree().digest();
}

std::string digest_text(const StoredTree& tree) {
  const std::string text = fmt::format("0x{:x}", tree.state->tree().digest());
  if (!tree.digest) return text;
  const auto matches = digest_matches(tree);
  if (!matches) {
    return fmt::format("{}; the snapshot notes the one behind 0x{:x}", text, tree.digest->zxid.value);
  }
  return text + (*matches ? ", as the snapshot notes"
                          : fmt::format("; the snapshot notes 0x{:x}", tree.digest->value));
}

std::string zxid_text(const StoredTree& tree) {
  const std::string stored = fmt::format("0x{:x}", tree.zxid.value);
  if (tree.replayed == 0) return stored;
  return fmt::format("0x{:x}: {}, and {} of the log behind it", tree.state->last_applied().value, stored,
                     tree.replayed);
}

std::string rows_text(std::string_view title, const std::vector<std::pair<std::string, int64_t>>& rows) {
  std::string text;
  for (const auto& [path, number] : rows) {
    text += fmt::format("\n{:<14}{:>10} {}", text.empty() ? title : "", number, path);
  }
  return text;
}

std::string summary_text(const StoredTree& tree, const TreeSummary& summary) {
  return fmt::format(
             "{}, {}\nzxid          {}\nnodes         {}, of which {} ephemeral\nsessions      {}\nbytes "
             "       "
             " {} of data, {} in files\ndigest        {}",
             form_name(tree.place.form), tree.place.path, zxid_text(tree), summary.nodes, summary.ephemerals,
             tree.state->session_count(), summary.data_bytes, tree.file_bytes, digest_text(tree)) +
         rows_text("most data", summary.most_data) + rows_text("most children", summary.most_children);
}

Json rows_json(const std::vector<std::pair<std::string, int64_t>>& rows, const char* number) {
  Json list = Json::array();
  for (const auto& [path, value] : rows) list.push_back({{"path", path}, {number, value}});
  return list;
}

Json summary_json(const StoredTree& tree, const TreeSummary& summary) {
  Json object = {{"form", form_name(tree.place.form)},
                 {"file", tree.place.path},
                 {"zxid", shell::hex_text(tree.state->last_applied().value)},
                 {"stored", shell::hex_text(tree.zxid.value)},
                 {"replayed", tree.replayed},
                 {"nodes", summary.nodes},
                 {"ephemerals", summary.ephemerals},
                 {"sessions", tree.state->session_count()},
                 {"dataBytes", summary.data_bytes},
                 {"fileBytes", tree.file_bytes},
                 {"digest", fmt::format("0x{:x}", tree.state->tree().digest())}};
  if (tree.digest) object["storedDigest"] = fmt::format("0x{:x}", tree.digest->value);
  if (const auto matches = digest_matches(tree)) object["digestMatches"] = *matches;
  object["mostData"] = rows_json(summary.most_data, "bytes");
  object["mostChildren"] = rows_json(summary.most_children, "children");
  return object;
}

ExitCode show_summary(Shell& shell, const StoredTree& tree, const std::string& path, size_t rows) {
  const TreeSummary summary = summary_of(nodes_of(tree.state->tree(), path), rows);
  shell.out().show(summary_text(tree, summary), summary_json(tree, summary));
  return digest_matches(tree).value_or(true) ? ExitCode::ok : ExitCode::refused;
}

ExitCode show_drawing(Shell& shell, const StoredTree& tree, const std::string& path,
                      const TreeLimits& limits) {
  const auto nodes = nodes_of(tree.state->tree(), path, limits);
  if (shell.out().format() == shell::Format::plain) {
    shell.out().show(shell::draw_tree(path, nodes), {});
    return ExitCode::ok;
  }
  for (const shell::Found& node : nodes) {
    shell.out().row(
        {}, {{"path", node.path}, {"children", node.stat.num_children}, {"bytes", node.stat.data_length}});
  }
  return ExitCode::ok;
}

std::vector<OwnedAcl> acl_of(const StoredTree& tree, znode::NodeIndex node) {
  return wire::from_records(tree.state->acls().list(tree.state->tree().acl(node)));
}

std::string plain_node(const shell::Found& node, const jute::Buffer& data) {
  const std::string_view bytes = data.view();
  const std::string text = data.is_null()          ? "null"
                           : shell::is_utf8(bytes) ? std::string(bytes)
                                                   : fmt::format("(binary, {} bytes)", bytes.size());
  return fmt::format("{}\n{}\n{}\n", node.path, shell::stat_text(node.stat), text);
}

ExitCode show_nodes(Shell& shell, const StoredTree& tree, const std::string& path, const TreeLimits& limits) {
  const znode::Tree& nodes = tree.state->tree();
  for (const shell::Found& found : nodes_of(nodes, path, limits)) {
    if (shell::interrupt::requested()) return shell.interrupted();
    const znode::NodeIndex node = nodes.find(found.path);
    const jute::Buffer data = nodes.data(node);
    if (shell.out().format() == shell::Format::plain) {
      shell.out().row(plain_node(found, data), {});
      continue;
    }
    Json object = {{"path", found.path}};
    shell::put_data(object, data.view(), data.is_null());
    object["acl"] = shell::acl_json(acl_of(tree, node));
    object["stat"] = shell::stat_json(found.stat);
    shell.out().row({}, std::move(object));
  }
  return ExitCode::ok;
}

ExitCode show_usage(Shell& shell, const StoredTree& tree, const std::string& path, size_t depth) {
  for (const shell::Usage& row : shell::usage_of(path, nodes_of(tree.state->tree(), path), depth)) {
    shell.out().row(fmt::format("{:>12} {:>9} {}", row.bytes, row.nodes, row.path),
                    {{"bytes", row.bytes}, {"nodes", row.nodes}, {"path", row.path}});
  }
  return ExitCode::ok;
}

ExitCode show_sessions(Shell& shell, const StoredTree& tree) {
  tree.state->for_each_session([&](SessionId session, int32_t timeout_ms) {
    const size_t ephemerals = tree.state->tree().ephemerals_of(session.value).size();
    shell.out().row(
        fmt::format("0x{:x} timeout {} ephemerals {}", static_cast<uint64_t>(session.value), timeout_ms,
                    ephemerals),
        {{"session", shell::hex_text(session.value)}, {"timeout", timeout_ms}, {"ephemerals", ephemerals}});
  });
  return ExitCode::ok;
}

ExitCode run(Shell& shell, const Arguments& arguments) {
  const auto depth = arguments.count_of("-d", arguments.has("-u") ? 1 : INT32_MAX);
  if (!depth.ok()) return shell.wrong_usage(depth.fault().message);
  const auto count = arguments.count_of("-n", arguments.has("-t") ? kChildren : kRows);
  if (!count.ok()) return shell.wrong_usage(count.fault().message);
  const std::string path = arguments.count() > 1 ? arguments.at(1) : "/";
  auto tree = inspect::load_tree(arguments.at(0));
  if (!tree.ok()) return shell.fail(ExitCode::refused, tree.fault().message);
  if (arguments.has("-r")) {
    const std::string log = arguments.has("--log-dir") ? arguments.text("--log-dir") : arguments.at(0);
    const Status replayed = inspect::replay_log(*tree, log);
    if (!replayed.ok()) return shell.fail(ExitCode::refused, replayed.fault().message);
  }
  const std::string& passed_over = tree->place.passed_over;
  if (!passed_over.empty()) shell.complain("Passed over, as a server would: " + passed_over);
  if (tree->state->tree().find(path) == znode::kNoNode) return shell.refuse(ErrorCode::no_node, path);
  if (arguments.has("-t")) return show_drawing(shell, *tree, path, {*depth, *count});
  if (arguments.has("-l")) return show_nodes(shell, *tree, path, {*depth, SIZE_MAX});
  if (arguments.has("-u")) return show_usage(shell, *tree, path, *depth);
  if (arguments.has("-s")) return show_sessions(shell, *tree);
  return show_summary(shell, *tree, path, *count);
}

}  // namespace

shell::Command snapshot_command() {
  return {
      .name = "snapshot",
      .parameters = "FILE|DIRECTORY [PATH]",
      .summary = "print what a ZooKeeper snapshot or a stopped Paddock server's checkpoint holds",
      .flags = {{"-r", "", "with the log behind it applied, as a start would"},
                {"--log-dir", "DIR", "-r: the log is not there but here"},
                {"-t", "", "a drawing of the tree"},
                {"-l", "", "each node with its stat and data"},
                {"-u", "", "nodes and bytes below each node, as du"},
                {"-s", "", "the sessions"},
                {"-d", "DEPTH", "so many levels (-t, -l: all; -u: 1)"},
                {"-n", "COUNT", "so many of the largest nodes (5); -t: so many children of each node (100)"}},
      .examples = {"snapshot version-2/snapshot.1f", "snapshot -r /var/lib/paddock",
                   "snapshot -t /var/lib/paddock /app"},
      .least = 1,
      .most = 2,
      .paths = 0,
      .needs_session = false,
      .run = run,
  };
}

}  // namespace paddock::client::tools
