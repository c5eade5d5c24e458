// cd, pwd and tree: where one stands, and what it looks like there.
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/tree_drawing.h"

namespace paddock::client::shell {
namespace {

constexpr int64_t kChildrenShown = 100;

ExitCode cd(Shell& shell, const Arguments& arguments) {
  std::string path = "/";
  if (arguments.count() > 0) {
    path = arguments.at(0) == "-" ? shell.before() : shell.resolve(arguments.at(0));
  }
  const auto stat = shell.zk().exists(path);
  if (!stat) return shell.refuse(stat.err, path);
  shell.go(path);
  return ExitCode::ok;
}

ExitCode pwd(Shell& shell, const Arguments&) {
  shell.out().show(shell.here(), shell.here());
  return ExitCode::ok;
}

ExitCode tree(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : shell.here();
  const auto depth = arguments.count_of("-d", INT32_MAX);
  if (!depth) return shell.wrong_usage(depth.fault().message);
  const auto children = arguments.count_of("-n", kChildrenShown);
  if (!children) return shell.wrong_usage(children.fault().message);
  const auto found = walk(shell.zk(), path, {*depth, *children});
  if (!found) return shell.refuse(found.err, path);
  if (shell.out().format() == Format::plain) {
    shell.out().show(draw_tree(path, found.value), {});
    return ExitCode::ok;
  }
  for (const Found& node : found.value) {
    shell.out().row("", {{"path", node.path},
                         {"depth", depth_below(path, node.path)},
                         {"children", node.stat.num_children},
                         {"bytes", node.stat.data_length},
                         {"ephemeral", is_ephemeral(node.stat)}});
  }
  return ExitCode::ok;
}

}  // namespace

Family navigation_commands() {
  return {"Move",
          {{
               .name = "cd",
               .parameters = "[PATH|-]",
               .summary = "make a node the one that relative paths begin at; - goes back",
               .examples = {"cd /app", "cd ..", "cd -"},
               .most = 1,
               .run = cd,
               .places = true,
           },
           {
               .name = "pwd",
               .summary = "print the working node",
               .paths = 0,
               .needs_session = false,
               .run = pwd,
           },
           {
               .name = "tree",
               .parameters = "[PATH]",
               .summary = "draw a node and what is below it",
               .flags = {{"-d", "DEPTH", "so many levels (all)"},
                         {"-n", "COUNT", "so many children of each node (100)"}},
               .examples = {"tree -d 2 /"},
               .most = 1,
               .run = tree,
           }}};
}

}  // namespace paddock::client::shell
