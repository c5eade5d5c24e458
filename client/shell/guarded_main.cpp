#include "client/shell/guarded_main.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "client/recipes/election.h"
#include "client/recipes/semaphore.h"
#include "client/shell/child.h"

namespace paddock::client::shell {
namespace {

using recipes::Hold;
using recipes::LossPolicy;
using recipes::Naming;

// As timeout(1) and env(1) have them.
constexpr int kTimedOut = 124;
constexpr int kOwnFailure = 125;
constexpr int kNotFound = 127;
// The command was ended, or its result is worth nothing, because what guarded it was lost.
constexpr int kLost = 123;

struct GuardOptions {
  std::string kind;
  std::string name;
  std::string identifier;
  int32_t leases = 1;
  double timeout_s = 0;  // 0: no limit
  double kill_after_s = 5;
  Naming naming = Naming::kazoo;
  bool through_suspension = false;
  std::vector<std::string> command;

  std::string path() const {
    if (name.starts_with('/')) return name;
    return (kind == "lock" ? "/locks/" : kind == "elect" ? "/elections/" : "/semaphores/") + name;
  }
};

constexpr const char* kFooter = R"(
A NAME without a slash in front stands below /locks, /elections or /semaphores. The command finds in its
environment PADDOCK_FENCE, a number that grows from holder to holder, and PADDOCK_NODE, the node that it holds.

Exit codes: the command's own; 123 what guarded it was lost, and it was ended with SIGTERM, then SIGKILL;
124 not acquired in time; 125 no server, or a refusal; 127 no such command.)";

// Nothing, or the exit code.
std::optional<int> parse(std::vector<std::string> words, GuardOptions& options) {
  options.kind = words.front();
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes != words.end()) options.command.assign(dashes + 1, words.end());
  std::vector<std::string> arguments(words.begin() + 1, dashes);

  CLI::App app("Run a command while holding a " + options.kind + ".", "paddock " + options.kind);
  app.add_option("NAME", options.name, "which")->required();
  if (options.kind == "semaphore") {
    app.add_option("-n,--leases", options.leases, "how many may hold it at once")
        ->required()
        ->check(CLI::PositiveNumber);
  }
  app.add_option("--id", options.identifier, "who we are, for others to see");
  app.add_option("--wait", options.timeout_s, "how long to wait for it, in seconds (for ever)");
  app.add_option("--kill-after", options.kill_after_s, "seconds between SIGTERM and SIGKILL (5)");
  const std::map<std::string, Naming> styles = {
      {"kazoo", Naming::kazoo}, {"curator", Naming::curator}, {"bridge", Naming::bridge}};
  app.add_option("--style", options.naming, "whose znodes: kazoo, curator or, for locks, bridge: both")
      ->transform(CLI::CheckedTransformer(styles));
  app.add_flag("--through-suspension", options.through_suspension,
               "end the command only when the session is over, not when no server answers");
  app.footer(kFooter);
  std::reverse(arguments.begin(), arguments.end());
  try {
    app.parse(std::move(arguments));
    if (options.command.empty()) throw CLI::RequiredError("-- COMMAND");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kOwnFailure;
  }
  return std::nullopt;
}

class Guard {
 public:
  Guard(boost::asio::io_context& io, ClientPtr zk, GuardOptions options)
      : options_(std::move(options)),
        zk_(std::move(zk)),
        wake_(io.get_executor()),
        child_(io,
               [this](int code) {
                 code_ = code;
                 wake_.notify();
               }),
        signals_(io, SIGINT, SIGTERM) {
    take_signals();
  }

  Async<int> run() {
    const auto limits =
        options_.timeout_s > 0
            ? Limits(Deadline::in_ms(static_cast<int64_t>(options_.timeout_s * 1000)), stop_.get_token())
            : Limits(Deadline::never(), stop_.get_token());
    Outcome<Hold> hold = co_await acquire(limits);
    int code = kOwnFailure;
    if (hold) {
      code = co_await run_while(hold.value);
      const Limits patience(Deadline::in_ms(2000));
      co_await hold.value.release(patience);
    } else if (hold.err == ErrorCode::operation_timeout) {
      std::cerr << options_.path() << ": " << (interrupted_ ? "interrupted" : "not acquired in time")
                << std::endl;
      code = interrupted_ ? 128 + interrupted_ : kTimedOut;
    } else {
      std::cerr << options_.path() << ": " << name_of(hold.err) << std::endl;
    }
    signals_.cancel();
    co_await zk_->within_ms(2000).async_close(use_awaitable);
    co_return code;
  }

 private:
  Async<Outcome<Hold>> acquire(Limits limits) {
    const LossPolicy policy = options_.through_suspension ? LossPolicy::lost : LossPolicy::suspended;
    if (options_.kind == "semaphore") {
      recipes::SemaphoreOptions semaphore;
      semaphore.naming = options_.naming;
      semaphore.identifier = options_.identifier;
      semaphore.lost_when = policy;
      recipes::Semaphore guard(zk_, options_.path(), options_.leases, semaphore);
      co_return co_await guard.acquire(limits);
    }
    recipes::LockOptions lock;
    lock.naming = options_.naming;
    lock.identifier = options_.identifier;
    lock.lost_when = policy;
    recipes::Lock guard(zk_, options_.path(), lock);
    co_return co_await guard.acquire(limits);
  }

  Async<int> run_while(Hold& hold) {
    const Status started =
        child_.start(options_.command,
                     {{"PADDOCK_FENCE", std::to_string(hold.fence().value)}, {"PADDOCK_NODE", hold.path()}});
    if (!started) {
      std::cerr << started.fault().message << std::endl;
      co_return kNotFound;
    }
    const std::stop_callback when_lost(hold.lost(), wake_.notifier());
    const Limits none;
    while (!code_ && !hold.is_lost()) co_await wake_.wait(none);
    if (code_) co_return *code_;
    std::cerr << options_.path() << ": lost" << std::endl;
    child_.send_signal(SIGTERM);
    const Limits grace(Deadline::in_ms(static_cast<int64_t>(options_.kill_after_s * 1000)));
    bool in_time = true;
    while (!code_ && in_time) in_time = co_await wake_.wait(grace);
    child_.send_signal(SIGKILL);
    while (!code_) co_await wake_.wait(none);
    co_return kLost;
  }

  // They are meant for the command; before there is one they end the wait.
  void take_signals() {
    signals_.async_wait([this](const boost::system::error_code& err, int number) {
      if (err) return;
      if (child_.is_running()) {
        child_.send_signal(number);
      } else {
        interrupted_ = number;
        stop_.request_stop();
      }
      take_signals();
    });
  }

  const GuardOptions options_;
  const ClientPtr zk_;
  Wakeup wake_;
  Child child_;
  boost::asio::signal_set signals_;
  std::stop_source stop_;
  int interrupted_ = 0;
  std::optional<int> code_;  // of the command, once it has ended
};

}  // namespace

bool is_guarded_command(const std::string& word) {
  return word == "lock" || word == "elect" || word == "semaphore";
}

int guarded_main(const std::string& servers, const ConnectionOptions& connection,
                 std::vector<std::string> words) {
  GuardOptions options;
  if (const auto code = parse(std::move(words), options)) return *code;
  const auto hosts = parse_connect_string(servers);
  if (!hosts) {
    std::cerr << hosts.fault().message << std::endl;
    return kOwnFailure;
  }
  ClientOptions client;
  client.renew_sessions = true;
  client.session.timeout_ms = connection.session_timeout_ms;
  client.session.login = connection.login;
  client.transport = connection.transport;
  boost::asio::io_context io;
  int code = kOwnFailure;
  Guard guard(io, std::make_shared<AsyncClient>(io.get_executor(), hosts.value(), client), options);
  boost::asio::co_spawn(io, guard.run(), [&](const std::exception_ptr&, int result) {
    code = result;
    io.stop();
  });
  io.run();
  return code;
}

}  // namespace paddock::client::shell
