// watch, addWatch, removewatches and printwatches: what reports changes.
#include <csignal>
#include <deque>

#include "client/shell/shell.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

volatile std::sig_atomic_t interrupted = 0;

// While it lives, Ctrl-C sets `interrupted` instead of ending the program.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptGuard() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_ {};
};

Result<AddWatchMode> mode_of(const Arguments& arguments) {
  const std::string name = arguments.text("-m");
  if (name.empty() || name == "PERSISTENT_RECURSIVE") return AddWatchMode::persistent_recursive;
  if (name == "PERSISTENT") return AddWatchMode::persistent;
  return make_fault("-m wants PERSISTENT or PERSISTENT_RECURSIVE, not '{}'", name);
}

Outcome<Nothing> add(Shell& shell, const std::string& path, AddWatchMode mode) {
  return shell.zk().call<Nothing>(
      [=](Client& client, Callback<Nothing> done) { client.add_watch(path, mode, std::move(done)); });
}

Outcome<Nothing> remove(Shell& shell, const std::string& path, WatcherType type) {
  return shell.zk().call<Nothing>(
      [=](Client& client, Callback<Nothing> done) { client.remove_watches(path, type, std::move(done)); });
}

ExitCode add_watch(Shell& shell, const Arguments& arguments) {
  const auto mode = mode_of(arguments);
  if (!mode) return shell.wrong_usage(mode.fault().message);
  const auto added = add(shell, arguments.at(0), mode.value());
  return added ? ExitCode::ok : shell.refuse(added.err, arguments.at(0));
}

// Prints events as they come, up to `limit`. False: the session has ended.
bool follow(Shell& shell, std::mutex& lock, std::deque<Event>& events, int64_t limit) {
  for (int64_t seen = 0; seen < limit; ++seen) {
    bool arrived = false;
    Event event;
    const bool alive = shell.zk().wait_until([&] {
      const std::scoped_lock guard(lock);
      arrived = arrived || !events.empty();
      return arrived || interrupted;
    });
    if (!arrived) return alive;
    {
      const std::scoped_lock guard(lock);
      event = std::move(events.front());
      events.pop_front();
    }
    shell.print(fmt::format("{} {}", event_name(event.type), event.path));
  }
  return true;
}

ExitCode watch(Shell& shell, const Arguments& arguments) {
  const auto mode = mode_of(arguments);
  if (!mode) return shell.wrong_usage(mode.fault().message);
  const auto limit = arguments.number("-n");
  if (!limit) return shell.wrong_usage(limit.fault().message);
  const std::string& path = arguments.at(0);
  const InterruptGuard interrupts;
  std::mutex lock;
  std::deque<Event> events;
  shell.redirect_events([&](const Event& event) {
    const std::scoped_lock guard(lock);
    events.push_back(event);
    shell.zk().notify();
  });
  ExitCode code = ExitCode::ok;
  if (const auto added = add(shell, path, mode.value()); !added) {
    code = shell.refuse(added.err, path);
  } else {
    shell.complain(fmt::format("Watching {}; Ctrl-C ends it", path));
    const bool alive = follow(shell, lock, events, limit.value().value_or(INT64_MAX));
    if (alive) {
      remove(shell, path, WatcherType::any);
    } else {
      shell.complain("watch: the session has ended, or no server could be reached");
      code = ExitCode::unreachable;
    }
  }
  shell.redirect_events(nullptr);
  return code;
}

ExitCode remove_watches(Shell& shell, const Arguments& arguments) {
  WatcherType type = WatcherType::any;
  if (arguments.has("-c")) type = WatcherType::children;
  if (arguments.has("-d")) type = WatcherType::data;
  if (arguments.has("-p")) type = WatcherType::persistent;
  if (arguments.has("-r")) type = WatcherType::persistent_recursive;
  const auto removed = remove(shell, arguments.at(0), type);
  return removed ? ExitCode::ok : shell.refuse(removed.err, arguments.at(0));
}

ExitCode print_watches(Shell& shell, const Arguments& arguments) {
  const std::string choice = arguments.count() ? arguments.at(0) : "on";
  if (choice != "on" && choice != "off") return shell.wrong_usage("printwatches wants on or off");
  shell.print_events(choice == "on");
  shell.print("printwatches is " + choice);
  return ExitCode::ok;
}

constexpr FlagSpec kModeFlag{"-m", "MODE",
                             "PERSISTENT, or PERSISTENT_RECURSIVE for everything below as well (default)"};

}  // namespace

Family watching_commands() {
  return {"Watch",
          {{"watch",
            "PATH",
            "print the changes of a node and below, until Ctrl-C",
            {{"-n", "COUNT", "end after that many events"}, kModeFlag},
            {"watch /app", "watch -n 1 /app/lock"},
            1,
            1,
            true,
            true,
            watch},
           {"addWatch",
            "PATH",
            "set a watch that stays; events go to standard error",
            {kModeFlag},
            {"addWatch /app"},
            1,
            1,
            true,
            true,
            add_watch},
           {"removewatches",
            "PATH",
            "remove the watches of a node",
            {{"-c", "", "only those of its children"},
             {"-d", "", "only those of its data"},
             {"-p", "", "only persistent ones"},
             {"-r", "", "only recursive ones"},
             {"-a", "", "all of them (default)"},
             {"-l", "", "accepted and ignored"}},
            {},
            1,
            1,
            true,
            true,
            remove_watches},
           {"printwatches",
            "[on|off]",
            "whether events are printed",
            {},
            {},
            0,
            1,
            false,
            false,
            print_watches}}};
}

}  // namespace paddock::client::shell
