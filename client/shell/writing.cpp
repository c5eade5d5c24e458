// create, set, delete and deleteall: what changes the tree.
#include <algorithm>

#include "client/shell/base64.h"
#include "client/shell/create_arguments.h"
#include "client/shell/file_bytes.h"
#include "client/shell/json_forms.h"
#include "client/shell/progress.h"
#include "client/shell/shell.h"
#include "client/shell/subtree.h"
#include "client/shell/text_forms.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr size_t kPiece = 5000;  // between two looks at the progress

// The data of create and set: the word at `index`, or the file that -f names.
Result<std::string> bytes_of(const Arguments& arguments, size_t index) {
  if (!arguments.has("-f")) return arguments.count() > index ? arguments.at(index) : std::string();
  return read_file_or_input(arguments.text("-f"));
}

Result<std::string> data_of(const Arguments& arguments, size_t index) {
  auto bytes = bytes_of(arguments, index);
  if (!bytes || !arguments.has("-b")) return bytes;
  while (bytes->ends_with('\n')) bytes->pop_back();
  auto decoded = from_base64(*bytes);
  if (!decoded) return make_fault("-b: the data is not base64");
  return std::move(*decoded);
}

// Says which node is missing, when it is the parent.
ExitCode refuse_create(Shell& shell, ErrorCode err, const std::string& path) {
  const std::string_view parent = path.starts_with('/') ? parent_path(path) : "/";
  if (err != ErrorCode::no_node || parent == "/" || !is_valid_path(path)) return shell.refuse(err, path);
  return shell.refuse(err, fmt::format("{} (its parent {} is missing)", path, parent));
}

ExitCode create(Shell& shell, const Arguments& arguments) {
  const auto options = create_options(arguments, arguments.has("-f") ? 1 : 2);
  if (!options) return shell.wrong_usage(options.fault().message);
  const auto data = data_of(arguments, 1);
  if (!data) return shell.wrong_usage(data.fault().message);
  const bool is_given = arguments.count() > 1 || arguments.has("-f");
  const std::string& path = arguments.at(0);
  const auto created = shell.zk().call<Created>(
      [=, text = is_given ? NewData(data.value()) : NewData(), chosen = options.value()](
          Client& client, Callback<Created> done) { client.create(path, text, chosen, std::move(done)); });
  if (!created) return refuse_create(shell, created.err, path);
  shell.out().show("Created " + created.value.path, {{"created", created.value.path}});
  return ExitCode::ok;
}

ExitCode set(Shell& shell, const Arguments& arguments) {
  const auto version = version_of(arguments);
  if (!version) return shell.wrong_usage(version.fault().message);
  if (arguments.count() < 2 && !arguments.has("-f")) return shell.wrong_usage("set: the data is missing");
  const auto data = data_of(arguments, 1);
  if (!data) return shell.wrong_usage(data.fault().message);
  const std::string& path = arguments.at(0);
  const auto stat = shell.zk().call<Stat>(
      [=, text = data.value(), expected = version.value()](Client& client, Callback<Stat> done) {
        client.set(path, text, expected, std::move(done));
      });
  if (!stat) return shell.refuse(stat.err, path);
  if (arguments.has("-s")) shell.out().show(stat_text(stat.value), stat_json(stat.value));
  return ExitCode::ok;
}

ExitCode remove(Shell& shell, const Arguments& arguments) {
  const auto version = version_of(arguments);
  if (!version) return shell.wrong_usage(version.fault().message);
  const std::string& path = arguments.at(0);
  const auto removed =
      shell.zk().call<Nothing>([=, expected = version.value()](Client& client, Callback<Nothing> done) {
        client.remove(path, expected, std::move(done));
      });
  return removed ? ExitCode::ok : shell.refuse(removed.err, path);
}

ExitCode remove_all(Shell& shell, const Arguments& arguments) {
  const std::string& path = arguments.at(0);
  if (path == "/") return shell.wrong_usage("deleteall: will not delete the whole tree; name a node below /");
  auto found = list_subtree(shell.zk(), path);
  if (!found) return shell.refuse(found.err, path);
  std::vector<std::string>& paths = found.value;
  std::reverse(paths.begin(), paths.end());  // children first
  Progress progress("deleted", paths.size());
  for (size_t first = 0; first < paths.size(); first += kPiece) {
    const std::vector<std::string> piece(
        paths.begin() + static_cast<ptrdiff_t>(first),
        paths.begin() + static_cast<ptrdiff_t>(std::min(first + kPiece, paths.size())));
    const auto outcomes = shell.zk().call_each<Nothing>(
        piece.size(), [piece](Client& client, size_t i, Callback<Nothing> done) {
          client.remove(piece[i], -1, std::move(done));
        });
    for (size_t i = 0; i < outcomes.size(); ++i) {
      // Somebody else deleted it first: it is gone all the same.
      if (!outcomes[i] && outcomes[i].err != ErrorCode::no_node)
        return shell.refuse(outcomes[i].err, piece[i]);
    }
    progress.add(piece.size());
  }
  return ExitCode::ok;
}

constexpr FlagSpec kBase64Flag{"-b", "", "the data is base64"};
constexpr FlagSpec kFileFlag{"-f", "FILE", "take the data from a file, - for standard input"};
constexpr FlagSpec kVersionFlag{"-v", "VERSION", "only if the node has this version"};

}  // namespace

Family writing_commands() {
  return {"Change",
          {{
               .name = "create",
               .parameters = "PATH [DATA] [ACL]",
               .summary = "create a node",
               .flags = {{"-e", "", "ephemeral: goes with this session"},
                         {"-s", "", "sequential: a number is appended to the name"},
                         {"-c", "", "container: goes when its last child has gone"},
                         {"-t", "MS", "goes after that many milliseconds without children and changes"},
                         kFileFlag,
                         kBase64Flag},
               .examples = {"create /app hello", "create -e -s /app/member- \"127.0.0.1:80\"",
                            "create /app/secret x world:anyone:r,digest:user:HASH:cdrwa"},
               .least = 1,
               .most = 3,
               .run = create,
           },
           {
               .name = "set",
               .parameters = "PATH DATA",
               .summary = "set the data of a node",
               .flags = {{"-s", "", "print the new stat"}, kVersionFlag, kFileFlag, kBase64Flag},
               .examples = {"set /app hello", "set -v 3 /app hello"},
               .least = 1,
               .most = 2,
               .run = set,
           },
           {
               .name = "delete",
               .parameters = "PATH",
               .summary = "delete a node without children",
               .flags = {kVersionFlag},
               .examples = {"delete -v 3 /app"},
               .least = 1,
               .most = 1,
               .run = remove,
           },
           {
               .name = "deleteall",
               .parameters = "PATH",
               .summary = "delete a node and everything below it",
               .flags = {{"-b", "SIZE", "accepted and ignored: batches are of 1000"}},
               .examples = {"deleteall /app"},
               .least = 1,
               .most = 1,
               .run = remove_all,
           }}};
}

}  // namespace paddock::client::shell
