// diff: how two trees differ.

#include "client/shell/endpoint.h"
#include "client/shell/shell.h"
#include "client/shell/tree_comparison.h"

namespace paddock::client::shell {
namespace {

Result<Place> place_of(Shell& shell, const std::string& text) {
  return Place::parse(text, shell.here());
}

ExitCode read_tree(Shell& shell, const Place& place, bool acl, const TakeNode& take) {
  Endpoint end(shell, place);
  if (const ExitCode code = end.open(); code != ExitCode::ok) return code;
  return end.source(true, acl)->read(take);
}

void show(Shell& shell, const Difference& difference) {
  const std::string path = difference.path.empty() ? "/" : difference.path;
  const auto [mark, colour, word] =
      difference.kind == Difference::Kind::only_left    ? std::tuple("--", "red", "left")
      : difference.kind == Difference::Kind::only_right ? std::tuple("++", "green", "right")
                                                        : std::tuple("+-", "yellow", "both");
  shell.out().row(shell.out().paint(colour, fmt::format("{} {}", mark, path)),
                  {{"in", word}, {"path", path}});
}

ExitCode diff(Shell& shell, const Arguments& arguments) {
  const auto left = place_of(shell, arguments.at(0));
  if (!left) return shell.wrong_usage(left.fault().message);
  const auto right = place_of(shell, arguments.at(1));
  if (!right) return shell.wrong_usage(right.fault().message);
  const bool acl = arguments.has("-a");
  TreeComparison comparison;
  const auto take_left = [&](TreeNode node) {
    comparison.add_left(std::move(node));
    return ExitCode::ok;
  };
  const auto take_right = [&](const TreeNode& node) {
    comparison.add_right(node);
    return ExitCode::ok;
  };
  if (const ExitCode code = read_tree(shell, *left, acl, take_left); code != ExitCode::ok) return code;
  if (const ExitCode code = read_tree(shell, *right, acl, take_right); code != ExitCode::ok) return code;
  const std::vector<Difference> differences = comparison.finish();
  for (const Difference& difference : differences) show(shell, difference);
  return differences.empty() ? ExitCode::ok : ExitCode::refused;
}

}  // namespace

Family comparing_commands() {
  return {"Compare",
          {{
              .name = "diff",
              .parameters = "LEFT RIGHT",
              .summary =
                  "print how two trees differ: -- only left, ++ only right, +- other data; places as for cp",
              .flags = {{"-a", "", "compare the ACLs as well"}},
              .examples = {"diff /app zk://10.0.0.1:2181/app", "diff json:app.json /app"},
              .least = 2,
              .most = 2,
              .paths = 2,
              .run = diff,
              .places = true,
          }}};
}

}  // namespace paddock::client::shell
