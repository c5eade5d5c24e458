// connect, close, sync, version, history, redo, help and quit: the conversation itself.
#include "client/shell/shell.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

constexpr size_t kHistoryShown = 11;

ExitCode connect(Shell& shell, const Arguments& arguments) {
  return shell.connect(arguments.count() ? arguments.at(0) : std::string());
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
  shell.out().show("Sync is OK", {{"synced", path}});
  return ExitCode::ok;
}

ExitCode version(Shell& shell, const Arguments&) {
  shell.out().show("paddock " PADDOCK_VERSION, {{"paddock", PADDOCK_VERSION}});
  return ExitCode::ok;
}

ExitCode history(Shell& shell, const Arguments&) {
  const auto& lines = shell.history();
  const size_t first = lines.size() > kHistoryShown ? lines.size() - kHistoryShown : 0;
  for (size_t i = first; i < lines.size(); ++i) {
    shell.out().row(fmt::format("{} - {}", i, lines[i]), {{"number", i}, {"line", lines[i]}});
  }
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
    shell.out().raw(help_text() + '\n');
    return ExitCode::ok;
  }
  const Command* command = find_command(arguments.at(0));
  if (command == nullptr) return shell.wrong_usage("help: there is no command " + arguments.at(0));
  shell.out().raw(help_text(*command) + '\n');
  return ExitCode::ok;
}

ExitCode quit(Shell& shell, const Arguments&) {
  shell.quit();
  return ExitCode::ok;
}

}  // namespace

Family session_commands() {
  return {"Session",
          {{
               .name = "connect",
               .parameters = "[HOST:PORT[,HOST:PORT...][/CHROOT]]",
               .summary = "close the session and open another one, there or with the same servers",
               .examples = {"connect 127.0.0.1:2182"},
               .most = 1,
               .paths = 0,
               .needs_session = false,
               .run = connect,
           },
           {
               .name = "close",
               .summary = "close the session; its ephemeral nodes go with it",
               .paths = 0,
               .needs_session = false,
               .run = close,
           },
           {
               .name = "sync",
               .parameters = "[PATH]",
               .summary = "wait until this server has what the leader had committed",
               .most = 1,
               .run = sync,
           },
           {
               .name = "version",
               .summary = "print the version of this program",
               .paths = 0,
               .needs_session = false,
               .run = version,
           },
           {
               .name = "history",
               .summary = "list the last commands with their numbers",
               .paths = 0,
               .needs_session = false,
               .run = history,
           },
           {
               .name = "redo",
               .parameters = "NUMBER",
               .summary = "run a command of the history again",
               .examples = {"redo 3"},
               .least = 1,
               .most = 1,
               .paths = 0,
               .needs_session = false,
               .run = redo,
           },
           {
               .name = "help",
               .parameters = "[COMMAND]",
               .summary = "this list, or a command's flags and examples",
               .examples = {"help create"},
               .most = 1,
               .paths = 0,
               .needs_session = false,
               .run = help,
           },
           {
               .name = "quit",
               .summary = "close the session and leave",
               .paths = 0,
               .needs_session = false,
               .run = quit,
           },
           {
               .name = "exit",
               .summary = "the same",
               .paths = 0,
               .needs_session = false,
               .run = quit,
           }}};
}

}  // namespace paddock::client::shell
