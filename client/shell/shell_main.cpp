#include "client/shell/shell_main.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "client/bench/bench.h"
#include "client/shell/conversation.h"
#include "client/shell/guarded_main.h"
#include "client/shell/interrupt.h"
#include "client/shell/security.h"

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
  paddock -c 'create /a' -c 'ls /'               # the same
  paddock -o json get -s /greeting               # for programs; also -o table
  paddock log verify /var/lib/paddock            # a server's files, also ZooKeeper's; log dump, snapshot
  paddock help                                   # all commands
  paddock bench --help                           # the load generator
  paddock lock NAME -- COMMAND                   # also elect, semaphore: run a command while holding it

Results go to standard output, errors and events to standard error. Exit codes: 0 all well, 1 refused, or the
answer is no (nothing found, different, unwell, damaged), 2 wrong arguments, 3 no server or a lost connection,
4 missing permission or failed authentication, 5 another version than expected or a refused transaction, 127
no such command, 130 Ctrl-C. A script goes on behind a failure (--stop: it does not) and ends with the last
one's code.

The environment: PADDOCK_SERVER for --server, PADDOCK_OUTPUT for --output, PADDOCK_STORE_PASSWORD opens the
files of --ca and --cert, PADDOCK_PASSWORD is for --sasl, NO_COLOR against colours.)";

struct CommandLine {
  ShellOptions shell;
  Security security;
  Format format = Format::plain;
  double connect_timeout_s = 10;
  bool servers_given = false;
  bool stop_at_failure = false;
  std::vector<std::string> scripts;  // of -c
  std::vector<std::string> command;
};

// zkCli writes long options with one dash. Behind the first word that is no option stands the command, whose
// flags are its own.
void accept_zkcli_spelling(std::vector<std::string>& arguments) {
  for (size_t i = 0; i < arguments.size() && arguments[i].starts_with('-'); ++i) {
    std::string& option = arguments[i];
    if (option == "-server" || option == "-timeout" || option == "-waitforconnection" ||
        option == "-client-configuration")
      option.insert(0, "-");
    const bool alone = option == "-r" || option == "--tls" || option == "--any-host" ||
                       option == "--kerberos" || option == "--read-only" || option == "--waitforconnection" ||
                       option == "--stop" || option == "-h" || option == "--help";
    if (!alone && option.find('=') == option.npos) ++i;
  }
}

// Nothing, or the exit code.
std::optional<int> secure(CommandLine& line) {
  auto transport = line.security.transport();
  auto login = line.security.login();
  if (transport && login) {
    line.shell.connection.transport = std::move(*transport);
    line.shell.connection.login = std::move(*login);
    return std::nullopt;
  }
  std::cerr << (transport ? login.fault() : transport.fault()).message << std::endl;
  return static_cast<int>(ExitCode::usage);
}

std::optional<int> parse(std::vector<std::string> arguments, CommandLine& line) {
  CLI::App app("Shell for Paddock and every other ZooKeeper-compatible server.", "paddock");
  bool ignored = false;
  const std::map<std::string, Format> formats = {
      {"plain", Format::plain}, {"json", Format::json}, {"table", Format::table}};
  app.get_formatter()->column_width(30);
  auto* servers = app.add_option("-s,--server", line.shell.servers,
                                 "HOST:PORT[,HOST:PORT...][/chroot] (127.0.0.1:2181); also -server")
                      ->type_name("SERVERS")
                      ->envname("PADDOCK_SERVER");
  app.add_option("-o,--output", line.format, "plain, json (a document a line) or table (plain)")
      ->type_name("FORM")
      ->envname("PADDOCK_OUTPUT")
      ->transform(CLI::CheckedTransformer(formats).description(""));
  app.add_option("-c,--command", line.scripts, "run these commands, one a line; may be repeated")
      ->type_name("LINES")
      ->expected(1)
      ->take_all();
  app.add_flag("--stop", line.stop_at_failure, "a script ends at its first failure");
  app.add_option("-t,--connect-timeout", line.connect_timeout_s, "how long to look for a server (10)")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber.description(""));
  app.add_option("--timeout", line.shell.connection.session_timeout_ms,
                 "of the session (30000); also -timeout")
      ->type_name("MS")
      ->check(CLI::PositiveNumber.description(""));
  app.add_flag("-r,--read-only", line.shell.connection.read_only, "accept a server without a quorum");
  line.security.add_to(app);
  app.add_flag("--waitforconnection", ignored, "accepted for zkCli's sake: it always waits");
  app.prefix_command();
  app.footer(kFooter);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  line.servers_given = servers->count() > 0;
  line.command = app.remaining();
  line.shell.connection.connect_timeout_ms = static_cast<int64_t>(line.connect_timeout_s * 1000);
  return secure(line);
}

Output standard_output(Format format) {
  return Output(format, wants_colours(STDOUT_FILENO),
                [](std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); });
}

int run_bench(const CommandLine& line) {
  Output out = standard_output(line.format);
  const std::string servers = line.servers_given ? line.shell.servers : "";
  if (line.security.logs_in()) {
    std::cerr << "bench: it does not log in by SASL" << std::endl;
    return static_cast<int>(ExitCode::usage);
  }
  const auto tls = line.security.tls_options();
  if (!tls) {
    std::cerr << "bench: " << tls.fault().message << std::endl;
    return static_cast<int>(ExitCode::usage);
  }
  return bench::bench_main(servers, *tls, {line.command.begin() + 1, line.command.end()},
                           [&](std::string_view text, const Json& document) { out.show(text, document); });
}

ExitCode run(const CommandLine& line) {
  interrupt::install();
  Output out = standard_output(line.format);
  Notices notices;
  Shell shell(line.shell, out, notices);
  const ScriptOptions options{line.stop_at_failure};
  if (!line.scripts.empty()) return run_scripts(shell, line.scripts, options);
  if (!line.command.empty()) return run_command(shell, line.command);
  const bool person = ::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO);
  return person ? run_prompt(shell, notices) : run_input(shell, options);
}

}  // namespace

int shell_main(std::vector<std::string> arguments) {
  // A reader of our output that goes away is no reason to die without closing the session.
  std::signal(SIGPIPE, SIG_IGN);
  accept_zkcli_spelling(arguments);
  CommandLine line;
  if (const auto code = parse(std::move(arguments), line)) return *code;
  if (!line.command.empty() && line.command.front() == "bench") return run_bench(line);
  if (!line.command.empty() && is_guarded_command(line.command.front())) {
    return guarded_main(line.shell.servers, line.shell.connection, line.command);
  }
  return static_cast<int>(run(line));
}

}  // namespace paddock::client::shell
