// connect, close, sync, version, history, redo, help and quit: the conversation itself.
#include "client/shell/shell.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

constexpr size_t kHistoryShown = 11;

ExitCode connect(Shell& shell, const Arguments& arguments) {
  return shell.connect(arguments.at(0));
}

ExitCode close(Shell& shell, const Arguments&) {
  shell.close();
  return ExitCode::ok;
}

ExitCode sync(Shell& shell, const Arguments& arguments) {
  const std::string path = arguments.count() ? arguments.at(0) : "/";
  const auto synced = shell.zk().call<Nothing>(
      [=](Client& client, Callback<Nothing> done) { client.sync(path, std::move(done)); });
  if (!synced) return shell.refuse(synced.err, path);
  shell.print("Sync is OK");
  return ExitCode::ok;
}

ExitCode version(Shell& shell, const Arguments&) {
  shell.print("paddock " PADDOCK_VERSION);
  return ExitCode::ok;
}

ExitCode history(Shell& shell, const Arguments&) {
  const auto& lines = shell.history();
  const size_t first = lines.size() > kHistoryShown ? lines.size() - kHistoryShown : 0;
  for (size_t i = first; i < lines.size(); ++i) shell.print(fmt::format("{} - {}", i, lines[i]));
  return ExitCode::ok;
}

ExitCode redo(Shell& shell, const Arguments& arguments) {
  const auto index = parse_number(arguments.at(0), "redo");
  if (!index) return shell.wrong_usage(index.fault().message);
  const auto& lines = shell.history();
  if (*index < 0 || *index >= static_cast<int64_t>(lines.size())) {
    return shell.wrong_usage(fmt::format("redo: there is no command {} ('history' lists them)", *index));
  }
  const std::string line = lines[static_cast<size_t>(*index)];
  return shell.run_line(line);
}

ExitCode help(Shell& shell, const Arguments& arguments) {
  if (arguments.count() == 0) {
    shell.print(help_text());
    return ExitCode::ok;
  }
  const Command* command = find_command(arguments.at(0));
  if (command == nullptr) return shell.wrong_usage("help: there is no command " + arguments.at(0));
  shell.print(help_text(*command));
  return ExitCode::ok;
}

ExitCode quit(Shell& shell, const Arguments&) {
  shell.quit();
  return ExitCode::ok;
}

}  // namespace

Family session_commands() {
  return {
      "Session",
      {{"connect",
        "HOST:PORT[,HOST:PORT...][/CHROOT]",
        "close the session and open one elsewhere",
        {},
        {"connect 127.0.0.1:2182"},
        1,
        1,
        false,
        false,
        connect},
       {"close", "", "close the session; its ephemeral nodes go with it", {}, {}, 0, 0, false, false, close},
       {"sync",
        "[PATH]",
        "wait until this server has what the leader had committed",
        {},
        {},
        0,
        1,
        true,
        true,
        sync},
       {"version", "", "print the version of this program", {}, {}, 0, 0, false, false, version},
       {"history", "", "list the last commands with their numbers", {}, {}, 0, 0, false, false, history},
       {"redo", "NUMBER", "run a command of the history again", {}, {"redo 3"}, 1, 1, false, false, redo},
       {"help",
        "[COMMAND]",
        "this list, or a command's flags and examples",
        {},
        {"help create"},
        0,
        1,
        false,
        false,
        help},
       {"quit", "", "close the session and leave", {}, {}, 0, 0, false, false, quit},
       {"exit", "", "the same", {}, {}, 0, 0, false, false, quit}}};
}

}  // namespace paddock::client::shell
