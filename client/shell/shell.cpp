#include "client/shell/shell.h"

#include <unistd.h>

#include <cstdio>

#include "client/shell/interrupt.h"
#include "client/shell/text_forms.h"
#include "client/shell/working_path.h"

namespace paddock::client::shell {

Shell::Shell(ShellOptions options, Output& out, Notices& notices)
    : options_(std::move(options)), out_(out), notices_(notices) {}
Shell::~Shell() = default;

ExitCode Shell::run_line(std::string_view line) {
  const auto words = split_words(line);
  if (!words) return wrong_usage(words.fault().message);
  if (words->empty() || words->front().text.starts_with('#')) return ExitCode::ok;
  if (words->front().text != "redo") history_.emplace_back(line);
  return run_words(*words);
}

ExitCode Shell::run_words(const std::vector<Word>& words) {
  const std::string& name = words.front().text;
  const Command* command = find_command(name);
  if (command == nullptr) {
    return fail(ExitCode::unknown_command,
                fmt::format("Command not found: {} ('help' lists the commands)", name));
  }
  const std::vector<Word> rest(words.begin() + 1, words.end());
  Result<Arguments> arguments =
      command->verbatim ? Arguments::verbatim(rest) : Arguments::parse(command->flags, rest);
  const auto usage = [&](std::string_view why) {
    return wrong_usage(fmt::format("{}: {}\nusage: {}", name, why, usage_text(*command)));
  };
  if (!arguments) return usage(arguments.fault().message);
  if (arguments->count() < command->least) return usage("too few arguments");
  if (arguments->count() > command->most) return usage("too many arguments");
  if (!command->verbatim && !command->places) arguments->resolve_paths(command->paths, here_);
  return run(*command, *arguments);
}

ExitCode Shell::run(const Command& command, const Arguments& arguments) {
  interrupt::clear();
  if (command.needs_session) {
    if (const ExitCode code = ensure_session(); code != ExitCode::ok) return code;
  }
  const ExitCode code = command.run(*this, arguments);
  out_.flush();
  std::fflush(stdout);
  return code;
}

ExitCode Shell::ensure_session() {
  if (closed_by_user_)
    return fail(ExitCode::unreachable, "Not connected; 'connect HOST:PORT' opens a session");
  if (connection_ && connection_->ended()) {
    complain("The session has ended; opening a new one");
    connection_.reset();
  }
  return connection_ ? ExitCode::ok : connect({});
}

ExitCode Shell::connect(const std::string& servers) {
  const auto parsed = parse_connect_string(servers.empty() ? options_.servers : servers);
  if (!parsed) return wrong_usage(parsed.fault().message);
  connection_.reset();
  if (!servers.empty()) options_.servers = servers;
  closed_by_user_ = false;
  connection_ =
      std::make_unique<Connection>(*parsed, options_.connection, [this](const Event& e) { on_event(e); });
  if (const auto connected = connection_->wait_connected(); !connected) {
    const ExitCode why = connection_->why_unconnected();
    connection_.reset();
    return interrupt::requested() ? interrupted() : fail(why, connected.fault().message);
  }
  return ExitCode::ok;
}

void Shell::close() {
  connection_.reset();
  closed_by_user_ = true;
}

void Shell::go(std::string path) {
  before_ = std::exchange(here_, std::move(path));
}

std::string Shell::resolve(std::string_view typed) const {
  return resolve_path(here_, typed);
}

std::string Shell::prompt() const {
  const std::string_view state = connection_ ? state_name(connection_->state()) : "CLOSED";
  const std::string where = here_ == "/" ? std::string() : " " + here_;
  return fmt::format("[paddock: {}({}) {}{}] ", options_.servers, state, history_.size(), where);
}

std::vector<std::string> Shell::children_of(const std::string& path) {
  if (!connection_ || connection_->ended()) return {};
  const auto children = connection_->call<Children>(
      [path](Client& client, Callback<Children> done) { client.children(path, false, std::move(done)); });
  return children ? children.value.names : std::vector<std::string>();
}

void Shell::complain(std::string_view line) {
  std::fflush(stdout);  // what was found before comes first, also where both go to the same place
  // The line may hold the echo of a ^C, or how far a command has come.
  const std::string_view clean = ::isatty(STDERR_FILENO) ? "\r\033[K" : "";
  fmt::print(stderr, "{}{}\n", clean, line);
}

ExitCode Shell::fail(ExitCode code, std::string_view why) {
  complain(wants_colours(STDERR_FILENO) ? painted("red", why) : std::string(why));
  return code;
}

ExitCode Shell::interrupted() {
  return fail(ExitCode::interrupted, "Interrupted");
}

ExitCode Shell::refuse(ErrorCode err, std::string_view path) {
  if (interrupt::requested()) return interrupted();
  const ExitCode code = exit_code_of(err);
  const std::string text = error_text(err, path);
  return fail(code, code == ExitCode::unreachable ? fmt::format("{} ({})", text, options_.servers) : text);
}

void Shell::redirect_events(std::function<void(const Event&)> listener) {
  const std::scoped_lock guard(events_lock_);
  event_listener_ = std::move(listener);
}

void Shell::print_events(bool on) {
  const std::scoped_lock guard(events_lock_);
  events_wanted_ = on;
}

bool Shell::prints_events() {
  const std::scoped_lock guard(events_lock_);
  return events_wanted_;
}

void Shell::on_event(const Event& event) {
  const std::scoped_lock guard(events_lock_);
  if (event_listener_) return event_listener_(event);
  if (!events_wanted_) return;
  notices_.tell(fmt::format("\nWATCHER::\n\nWatchedEvent state:SyncConnected type:{} path:{} zxid: {}\n",
                            event_name(event.type), event.path, event.zxid.value));
}

bool Shell::read_line(std::string_view prompt, std::string& line) {
  return source_ && source_(prompt, line);
}

}  // namespace paddock::client::shell
