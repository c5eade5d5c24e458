#include "client/shell/shell.h"

#include <cstdio>

#include "client/shell/text_forms.h"

namespace paddock::client::shell {

Shell::Shell(ShellOptions options) : options_(std::move(options)) {}
Shell::~Shell() = default;

ExitCode Shell::run_line(std::string_view line) {
  const auto words = split_words(line);
  if (!words) {
    complain(words.fault().message);
    return ExitCode::failed;
  }
  if (words->empty() || words->front().text.starts_with('#')) return ExitCode::ok;
  const ExitCode code = run_words(*words);
  if (words->front().text != "redo") history_.emplace_back(line);
  return code;
}

ExitCode Shell::run_words(const std::vector<Word>& words) {
  const std::string& name = words.front().text;
  const Command* command = find_command(name);
  if (command == nullptr) {
    complain(fmt::format("Command not found: {} ('help' lists the commands)", name));
    return ExitCode::unknown_command;
  }
  const std::vector<Word> rest(words.begin() + 1, words.end());
  const Result<Arguments> arguments =
      command->verbatim ? Arguments::verbatim(rest) : Arguments::parse(command->flags, rest);
  const auto usage = [&](std::string_view why) {
    complain(fmt::format("{}: {}\nusage: {}", name, why, usage_text(*command)));
    return ExitCode::failed;
  };
  if (!arguments) return usage(arguments.fault().message);
  if (arguments->count() < command->least) return usage("too few arguments");
  if (arguments->count() > command->most) return usage("too many arguments");
  if (command->needs_session) {
    if (const ExitCode code = ensure_session(); code != ExitCode::ok) return code;
  }
  return command->run(*this, *arguments);
}

ExitCode Shell::ensure_session() {
  if (closed_by_user_) {
    complain("Not connected; 'connect HOST:PORT' opens a session");
    return ExitCode::unreachable;
  }
  if (connection_ && connection_->ended()) {
    complain("The session has ended; opening a new one");
    connection_.reset();
  }
  return connection_ ? ExitCode::ok : connect(options_.servers);
}

ExitCode Shell::connect(const std::string& servers) {
  const auto parsed = parse_connect_string(servers);
  if (!parsed) {
    complain(parsed.fault().message);
    return ExitCode::failed;
  }
  connection_.reset();
  options_.servers = servers;
  closed_by_user_ = false;
  connection_ =
      std::make_unique<Connection>(*parsed, options_.connection, [this](const Event& e) { on_event(e); });
  if (const auto connected = connection_->wait_connected(); !connected) {
    complain(connected.fault().message);
    connection_.reset();
    return ExitCode::unreachable;
  }
  return ExitCode::ok;
}

void Shell::close() {
  connection_.reset();
  closed_by_user_ = true;
}

std::string Shell::prompt() const {
  const std::string_view state = connection_ ? state_name(connection_->state()) : "CLOSED";
  return fmt::format("[paddock: {}({}) {}] ", options_.servers, state, history_.size());
}

std::vector<std::string> Shell::children_of(const std::string& path) {
  if (!connection_ || connection_->ended()) return {};
  const auto children = connection_->call<Children>(
      [path](Client& client, Callback<Children> done) { client.children(path, false, std::move(done)); });
  return children ? children.value.names : std::vector<std::string>();
}

void Shell::print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void Shell::print_raw(std::string_view bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  std::fflush(stdout);
}

void Shell::complain(std::string_view line) {
  fmt::print(stderr, "{}\n", line);
}

ExitCode Shell::refuse(ErrorCode err, std::string_view path) {
  const bool lost = err == ErrorCode::connection_loss || err == ErrorCode::session_expired;
  complain(lost ? fmt::format("{} ({})", error_text(err, path), options_.servers) : error_text(err, path));
  return lost ? ExitCode::unreachable : ExitCode::failed;
}

ExitCode Shell::wrong_usage(std::string_view why) {
  complain(why);
  return ExitCode::failed;
}

void Shell::redirect_events(std::function<void(const Event&)> listener) {
  const std::scoped_lock guard(events_lock_);
  event_listener_ = std::move(listener);
}

void Shell::print_events(bool on) {
  const std::scoped_lock guard(events_lock_);
  events_wanted_ = on;
}

void Shell::on_event(const Event& event) {
  const std::scoped_lock guard(events_lock_);
  if (event_listener_) return event_listener_(event);
  if (!events_wanted_) return;
  fmt::print(stderr, "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:{} path:{} zxid: {}\n",
             event_name(event.type), event.path, event.zxid.value);
}

bool Shell::read_line(std::string_view prompt, std::string& line) {
  return source_ && source_(prompt, line);
}

}  // namespace paddock::client::shell
