// cp and mirror: trees from one place to another.
#include "client/shell/endpoint.h"
#include "client/shell/progress.h"
#include "client/shell/shell.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

struct CopyOptions {
  bool recursive = false;
  SinkOptions sink;
};

ExitCode transfer(TreeSource& source, TreeSink& sink, bool recursive) {
  Progress progress("copied", 0);
  const ExitCode code = source.read([&](TreeNode node) {
    if (!recursive && !node.path.empty()) return ExitCode::ok;
    progress.add(1);
    return sink.put(std::move(node));
  });
  // Half a source is no reason to delete the rest of the other side.
  return code == ExitCode::ok ? sink.finish() : code;
}

ExitCode copy(Shell& shell, const Place& from, const Place& to, const CopyOptions& options) {
  Endpoint source_end(shell, from);
  Endpoint sink_end(shell, to);
  if (const ExitCode code = source_end.open(); code != ExitCode::ok) return code;
  if (const ExitCode code = sink_end.open(); code != ExitCode::ok) return code;
  const auto source = source_end.source(options.recursive, options.sink.acl);
  const auto sink = sink_end.sink(options.sink);
  if (const ExitCode code = transfer(*source, *sink, options.recursive); code != ExitCode::ok) return code;
  if (to.kind == Place::Kind::json && to.path == "-") return ExitCode::ok;  // the result is the tree
  const PutCounts& counts = sink->counts();
  shell.out().show(fmt::format("{} created, {} changed, {} unchanged, {} deleted", counts.created,
                               counts.changed, counts.unchanged, counts.deleted),
                   {{"created", counts.created},
                    {"changed", counts.changed},
                    {"unchanged", counts.unchanged},
                    {"deleted", counts.deleted}});
  return ExitCode::ok;
}

bool is_node(const Place& place) {
  return place.kind == Place::Kind::here || place.kind == Place::Kind::elsewhere;
}

// A tree below itself would never end, and a mirror above or below itself delete what it reads.
bool overlap(const Place& from, const Place& to) {
  return is_node(from) && from.kind == to.kind && from.servers == to.servers &&
         (is_at_or_below(to.path, from.path) || is_at_or_below(from.path, to.path));
}

ExitCode copy_command(Shell& shell, const Arguments& arguments, const CopyOptions& options) {
  const auto from = Place::parse(arguments.at(0), shell.here());
  if (!from) return shell.wrong_usage(from.fault().message);
  const auto to = Place::parse(arguments.at(1), shell.here());
  if (!to) return shell.wrong_usage(to.fault().message);
  const bool same_node = !options.recursive && from->path != to->path;
  if (overlap(*from, *to) && !same_node) return shell.wrong_usage("one of the two lies within the other");
  return copy(shell, *from, *to, options);
}

ExitCode cp(Shell& shell, const Arguments& arguments) {
  return copy_command(shell, arguments,
                      {arguments.has("-r"), {arguments.has("--overwrite"), false, arguments.has("-a")}});
}

ExitCode mirror(Shell& shell, const Arguments& arguments) {
  return copy_command(shell, arguments, {true, {true, !arguments.has("--keep"), arguments.has("-a")}});
}

constexpr FlagSpec kAclFlag{"-a", "", "with the ACLs"};

}  // namespace

Family copying_commands() {
  return {
      "Copy",
      {{
           .name = "cp",
           .parameters = "FROM TO",
           .summary =
               "copy a node's data, or a tree; a place is PATH, zk://HOST:PORT/PATH, json:FILE or dir:FOLDER",
           .flags = {{"-r", "", "with everything below it"},
                     {"--overwrite", "", "what is there already"},
                     kAclFlag},
           .examples = {"cp /a /b", "cp -r /app json:app.json", "cp -r json:- /app",
                        "cp -r dir:conf zk://10.0.0.1:2181/conf"},
           .least = 2,
           .most = 2,
           .paths = 2,
           .run = cp,
           .places = true,
       },
       {
           .name = "mirror",
           .parameters = "FROM TO",
           .summary = "make TO the same as the tree FROM: create, change, and delete what FROM does not have",
           .flags = {{"--keep", "", "delete nothing"}, kAclFlag},
           .examples = {"mirror /app zk://10.0.0.1:2181/app", "mirror /app dir:backup",
                        "mirror json:app.json /app"},
           .least = 2,
           .most = 2,
           .paths = 2,
           .run = mirror,
           .places = true,
       }}};
}

}  // namespace paddock::client::shell
