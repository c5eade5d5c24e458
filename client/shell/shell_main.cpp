#include "client/shell/shell_main.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "client/bench/bench.h"
#include "client/shell/line_editor.h"
#include "client/shell/shell.h"

namespace paddock::client::shell {
namespace {

constexpr const char* kFooter = R"(
Without a command: a prompt at a terminal, otherwise commands from standard input, one a line.

  paddock -s 127.0.0.1:2181                      # the prompt; 'help' there
  paddock -s a:2181,b:2181/app ls /              # one command; /app is its root
  paddock -s 127.0.0.1:2181 create /greeting "hello world"
  paddock -s 127.0.0.1:2181 get /greeting
  paddock -s 127.0.0.1:2181 watch /greeting      # prints changes until Ctrl-C
  paddock -s 127.0.0.1:2181 multi "create /a x; set /greeting y"
  printf 'create /a\nls /\n' | paddock           # a script
  paddock help                                   # all commands
  paddock bench --help                           # the load generator

Results go to standard output, errors and events to standard error. Exit codes: 0 all well, 1 a command was
refused or its arguments are wrong, 2 no server was reachable or the connection was lost, 127 there is no such
command. A script goes on behind a failure and ends with the code of the last one.)";

struct CommandLine {
  ShellOptions shell;
  double connect_timeout_s = 10;
  bool servers_given = false;
  std::vector<std::string> command;
};

// zkCli writes long options with one dash. Behind the first word that is no option stands the command, whose
// flags are its own.
void accept_zkcli_spelling(std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    std::string& option = arguments[i];
    if (option == "-server" || option == "-timeout" || option == "-waitforconnection") option.insert(0, "-");
    const bool alone = option == "-r" || option == "--read-only" || option == "--waitforconnection";
    if (!alone && option.find('=') == option.npos) ++i;
  }
}

// Nothing, or the exit code.
std::optional<int> parse(std::vector<std::string> arguments, CommandLine& line) {
  CLI::App app("Shell for Paddock and every other ZooKeeper-compatible server.", "paddock");
  bool ignored = false;
  app.get_formatter()->column_width(30);
  auto* servers = app.add_option("-s,--server", line.shell.servers,
                                 "HOST:PORT[,HOST:PORT...][/chroot] (127.0.0.1:2181); also -server")
                      ->type_name("SERVERS");
  app.add_option("-t,--connect-timeout", line.connect_timeout_s, "how long to look for a server (10)")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber.description(""));
  app.add_option("--timeout", line.shell.connection.session_timeout_ms,
                 "of the session (30000); also -timeout")
      ->type_name("MS")
      ->check(CLI::PositiveNumber.description(""));
  app.add_flag("-r,--read-only", line.shell.connection.read_only, "accept a server without a quorum");
  app.add_flag("--waitforconnection", ignored, "accepted for zkCli's sake: it always waits");
  app.prefix_command();
  app.footer(kFooter);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::failed);
  }
  line.servers_given = servers->count() > 0;
  line.command = app.remaining();
  line.shell.connection.connect_timeout_ms = static_cast<int64_t>(line.connect_timeout_s * 1000);
  return std::nullopt;
}

ExitCode run_script(Shell& shell) {
  const auto next = [](std::string_view, std::string& line) {
    return static_cast<bool>(std::getline(std::cin, line));
  };
  shell.set_line_source(next);
  ExitCode last_failure = ExitCode::ok;
  std::string line;
  while (!shell.quitting() && next({}, line)) {
    if (const ExitCode code = shell.run_line(line); code != ExitCode::ok) last_failure = code;
  }
  return last_failure;
}

ExitCode run_prompt(Shell& shell, const std::string& servers) {
  LineEditor editor(default_history_file(), [&](const std::string& path) { return shell.children_of(path); });
  shell.set_line_source(
      [&](std::string_view prompt, std::string& line) { return editor.read(prompt, line); });
  shell.connect(servers);
  std::string line;
  while (!shell.quitting() && editor.read(shell.prompt(), line)) shell.run_line(line);
  return ExitCode::ok;
}

ExitCode run(const CommandLine& line) {
  Shell shell(line.shell);
  if (!line.command.empty()) {
    shell.set_line_source(
        [](std::string_view, std::string& text) { return static_cast<bool>(std::getline(std::cin, text)); });
    std::vector<Word> words;
    for (const std::string& text : line.command) words.push_back({text, false});
    return shell.run_words(words);
  }
  return ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO) ? run_prompt(shell, line.shell.servers)
                                                           : run_script(shell);
}

}  // namespace

int shell_main(std::vector<std::string> arguments) {
  // A reader of our output that goes away is no reason to die without closing the session.
  std::signal(SIGPIPE, SIG_IGN);
  accept_zkcli_spelling(arguments);
  CommandLine line;
  if (const auto code = parse(std::move(arguments), line)) return *code;
  if (!line.command.empty() && line.command.front() == "bench") {
    const std::string servers = line.servers_given ? line.shell.servers : "";
    return bench::bench_main(servers, {line.command.begin() + 1, line.command.end()});
  }
  return static_cast<int>(run(line));
}

}  // namespace paddock::client::shell
