// watch, addWatch, removewatches and printwatches: what reports changes.
#include <cstdio>
#include <deque>

#include "client/shell/interrupt.h"
#include "client/shell/json_forms.h"
#include "client/shell/program.h"
#include "client/shell/shell.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

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

// Events on their way from the connection's thread to the command's.
class Arrivals {
 public:
  explicit Arrivals(Shell& shell) : shell_(shell) {
    shell_.redirect_events([this](const Event& event) {
      const std::scoped_lock guard(lock_);
      events_.push_back(event);
      shell_.zk().notify();
    });
  }
  ~Arrivals() { shell_.redirect_events(nullptr); }
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // Nothing: interrupted, or the session has ended.
  std::optional<Event> next() {
    shell_.zk().wait_until([this] {
      const std::scoped_lock guard(lock_);
      return !events_.empty();
    });
    const std::scoped_lock guard(lock_);
    if (events_.empty()) return std::nullopt;
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
  }

 private:
  Shell& shell_;
  std::mutex lock_;
  std::deque<Event> events_;  // protected by lock_
};

// At once, so in a table without columns: nobody knows how wide the next ones are.
void show_event(Shell& shell, const Event& event) {
  const std::string text = fmt::format("{} {}", event_name(event.type), event.path);
  if (shell.out().format() == Format::table) {
    shell.out().raw(text + '\n');
  } else {
    shell.out().row(
        text,
        {{"event", event_name(event.type)}, {"path", event.path}, {"zxid", hex_text(event.zxid.value)}});
  }
  std::fflush(stdout);
}

void run_for(Shell& shell, const Event& event, const std::string& command) {
  const auto code =
      run_program({"sh", "-c", command}, {{"PADDOCK_EVENT", std::string(event_name(event.type))},
                                          {"PADDOCK_PATH", event.path},
                                          {"PADDOCK_ZXID", hex_text(event.zxid.value)}});
  if (!code) {
    shell.complain(code.fault().message);
  } else if (*code != 0) {
    shell.complain(fmt::format("watch: {} ended with {}", command, *code));
  }
}

// Up to `limit` events. False: the session has ended.
bool follow(Shell& shell, Arrivals& arrivals, int64_t limit, const std::string& command) {
  for (int64_t seen = 0; seen < limit; ++seen) {
    const auto event = arrivals.next();
    if (!event) return interrupt::requested();
    if (command.empty()) {
      show_event(shell, *event);
    } else {
      run_for(shell, *event, command);
    }
  }
  return true;
}

ExitCode watch(Shell& shell, const Arguments& arguments) {
  const auto mode = mode_of(arguments);
  if (!mode) return shell.wrong_usage(mode.fault().message);
  const auto limit = arguments.number("-n");
  if (!limit) return shell.wrong_usage(limit.fault().message);
  const std::string& path = arguments.at(0);
  Arrivals arrivals(shell);
  if (const auto added = add(shell, path, mode.value()); !added) return shell.refuse(added.err, path);
  shell.complain(fmt::format("Watching {}; Ctrl-C ends it", path));
  if (!follow(shell, arrivals, limit.value().value_or(INT64_MAX), arguments.text("--exec"))) {
    return shell.fail(ExitCode::unreachable, "watch: the session has ended, or no server could be reached");
  }
  interrupt::clear();  // it was the way to end this
  remove(shell, path, WatcherType::any);
  return ExitCode::ok;
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
  if (arguments.count() == 0) {
    const bool on = shell.prints_events();
    shell.out().show(on ? "printwatches is on" : "printwatches is off", {{"printwatches", on}});
    return ExitCode::ok;
  }
  const std::string& choice = arguments.at(0);
  if (choice != "on" && choice != "off") return shell.wrong_usage("printwatches wants on or off");
  shell.print_events(choice == "on");
  return ExitCode::ok;
}

constexpr FlagSpec kModeFlag{"-m", "MODE",
                             "PERSISTENT, or PERSISTENT_RECURSIVE for everything below as well (default)"};

}  // namespace

Family watching_commands() {
  return {"Watch",
          {{
               .name = "watch",
               .parameters = "PATH",
               .summary = "print the changes of a node and below, until Ctrl-C",
               .flags = {{"-n", "COUNT", "end after that many events"},
                         kModeFlag,
                         {"--exec", "COMMAND",
                          "run it with sh for each event: $PADDOCK_EVENT, $PADDOCK_PATH, $PADDOCK_ZXID"}},
               .examples = {"watch /app", "watch -n 1 /app/lock",
                            "watch /app --exec 'echo $PADDOCK_EVENT $PADDOCK_PATH'"},
               .least = 1,
               .most = 1,
               .run = watch,
           },
           {
               .name = "addWatch",
               .parameters = "PATH",
               .summary = "set a watch that stays; events go to standard error",
               .flags = {kModeFlag},
               .examples = {"addWatch /app"},
               .least = 1,
               .most = 1,
               .run = add_watch,
           },
           {
               .name = "removewatches",
               .parameters = "PATH",
               .summary = "remove the watches of a node",
               .flags = {{"-c", "", "only those of its children"},
                         {"-d", "", "only those of its data"},
                         {"-p", "", "only persistent ones"},
                         {"-r", "", "only recursive ones"},
                         {"-a", "", "all of them (default)"},
                         {"-l", "", "accepted and ignored"}},
               .least = 1,
               .most = 1,
               .run = remove_watches,
           },
           {
               .name = "printwatches",
               .parameters = "[on|off]",
               .summary = "say whether events are printed, or choose",
               .most = 1,
               .paths = 0,
               .needs_session = false,
               .run = print_watches,
           }}};
}

}  // namespace paddock::client::shell
