// paddockd: one Paddock server.
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>

#include "server/config/config.h"
#include "server/confinement/confinement.h"
#include "server/main/audit_log.h"
#include "server/main/clock.h"
#include "server/main/export_command.h"
#include "server/main/host.h"
#include "server/main/logging.h"
#include "server/main/process.h"
#include "server/main/settings.h"
#include "server/main/version.h"
#include "server/net/polling_loop.h"

namespace paddock {
namespace {

// ZooKeeper's exit codes where it has one for the same.
enum ExitCode { kFinished = 0, kUnexpected = 1, kBadInvocation = 2, kBadDataDirectory = 3, kDiskFault = 10 };

constexpr auto kLogPatience = std::chrono::seconds(1);

constexpr const char* kHelp =
    R"(paddockd: a coordination server that ZooKeeper's clients use unchanged.

usage: paddockd [-Dkey=value...] ZOO_CFG
       paddockd [-Dkey=value...] PORT DATADIR [TICKTIME [MAXCNXNS]]
       paddockd --export ZOO_CFG|DATADIR TARGET

ZOO_CFG is ZooKeeper's configuration file. -D options and those in the environment's SERVER_JVMFLAGS set
properties as they do for ZooKeeper, and win over the file.

A first start on an Apache ZooKeeper server's data (version-2) takes it over and renames it. --export is the way back:
it writes the data of a stopped server as TARGET/version-2.

Paddock's own properties:
  paddock.log.file=FILE      where the log goes; stderr if not given
  paddock.log.level=LEVEL    trace debug info warning error critical off; info if not given
  paddock.audit.file=FILE    where the audit log goes (audit.enable=true); zookeeper_audit.log beside the log,
                             or in dataLogDir, if not given

  --help     this text
  --version  what this is

SIGTERM and SIGINT stop the server cleanly. Exit codes: 0 stopped, 1 unexpected, 2 bad invocation or
configuration, 3 data directory not usable, 10 the disk failed while serving.
)";

[[noreturn]] void end(ExitCode code) {
  drain_log(kLogPatience);
  // Not exit(): it would wait for a log thread whose sink may be blocked for good.
  std::_Exit(code);
}

using AuditResult = replica::AuditRecord::Result;

void audit_own(AuditLog* audit, std::string_view operation, AuditResult result) {
  if (audit != nullptr) audit->write_own(operation, result);
}

[[noreturn]] void refuse(ExitCode code, const Fault& fault, AuditLog* audit = nullptr) {
  audit_own(audit, "serverStart", AuditResult::failure);
  tell_operator(fault.message);
  spdlog::critical("event=not_started reason={}", quoted(fault.message));
  end(code);
}

// Called on the thread that met the fault. The loop may be anywhere; nothing unacknowledged is lost by ending
// here.
void disk_failed(const Fault& fault, AuditLog* audit) {
  const bool full = fault.message.find("No space left") != std::string::npos;
  const char* const advice = full ? "free space in dataDir and dataLogDir, then start again"
                                  : "check the disk and its file system, then start again";
  tell_operator(fmt::format("{}; {}. Everything that was acknowledged is on disk.", fault.message, advice));
  spdlog::critical("event=disk_failed reason={} advice={}", quoted(fault.message), quoted(advice));
  audit_own(audit, "serverStop", AuditResult::invoked);
  end(kDiskFault);
}

uint64_t seed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

void log_start(const config::Config& config, const Settings& settings) {
  spdlog::info("event=start version={} data_dir={} data_log_dir={}", paddock_version(),
               quoted(settings.store.data_dir), quoted(settings.store.data_log_dir));
  if (!config.unknown_keys.empty()) {
    std::string names;
    for (const std::string& key : config.unknown_keys) names += (names.empty() ? "" : ",") + key;
    spdlog::warn("event=unknown_settings keys={}", quoted(names));
  }
  for (const std::string& option : settings.ignored)
    spdlog::warn("event=ignored_setting option={}", quoted(option));
  if (!settings.store.wal.sync) {
    spdlog::warn("event=unsafe_setting key=forceSync consequence={}",
                 quoted("a power cut loses acknowledged writes"));
  }
  if (settings.znode.skip_acl)
    spdlog::warn("event=unsafe_setting key=skipACL consequence=\"no ACL is checked\"");
}

// Behind everything that a server opens with privileges: a log file in a directory of root's, low ports.
Status give_up_what_a_server_does_not_need() {
  if (auto confined = confinement::confine(); !confined) return confined;
  spdlog::info("event=confined");
  if (user_is_root()) {
    spdlog::warn("event=runs_as_root consequence={}",
                 quoted("whoever takes this process over may change every file of the machine"));
  }
  return ok_status();
}

int serve(const config::Config& config, const Settings& settings, AuditLog* audit) {
  log_start(config, settings);
  boost::asio::io_context io(1);
  Host* host = nullptr;  // there is one before the first completion is worked off

  auto state = std::make_unique<znode::State>(settings.znode);
  store::Recovered recovered;
  store::StoreEvents events;
  events.persisted = [&io, &host](DiskSeq seq) {
    boost::asio::post(io, [&host, seq] { host->persisted(seq); });
  };
  events.history_fetched = [&io, &host](store::HistoryFetched history) {
    boost::asio::post(io, [&host, history = std::move(history)] { host->history_fetched(history); });
  };
  events.snapshot_piece = [&io, &host](store::SnapshotPiece piece) {
    boost::asio::post(io, [&host, piece = std::move(piece)] { host->snapshot_piece(piece); });
  };
  events.failed = [audit](const Fault& fault) { disk_failed(fault, audit); };
  auto store = store::Store::open(store::posix_env(), settings.store, *state, recovered, std::move(events));
  if (!store) refuse(kBadDataDirectory, store.fault(), audit);
  if (!recovered.damage.empty()) {
    spdlog::error(
        "event=damaged reason={} consequence={}", quoted(recovered.damage),
        quoted("it may have forgotten promises: it does not vote before it has a leader's history"));
  }
  spdlog::info("event=recovered checkpoint={:#x} last_logged={:#x} replayed={}", recovered.checkpoint.value,
               recovered.last_logged.value, recovered.tail.size());

  replica::Replica replica(settings.replica, std::move(state), recovered, Random(seed()), now());
  recovered = {};
  Host loop(io, settings, replica, **store, audit);
  host = &loop;

  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    loop.drain();
    signals.async_wait([&](const boost::system::error_code& again, int) {
      if (!again) io.stop();
    });
  });

  auto started = loop.start();
  if (started && settings.confined) started = give_up_what_a_server_does_not_need();
  if (!started) refuse(kUnexpected, started.fault(), audit);
  audit_own(audit, "serverStart", AuditResult::success);
  spdlog::info("event=listening port={} secure_port={}", loop.client_port(), loop.secure_client_port());
  net::run_polling(io, std::chrono::microseconds(settings.idle_poll_us));

  store->reset();  // finishes and flushes what was handed in
  audit_own(audit, "serverStop", AuditResult::invoked);
  spdlog::info("event=stopped");
  return kFinished;
}

// Null if there is to be none.
AuditLog* open_audit_log(const config::Config& config) {
  const auto options = audit_options(config);
  if (!options) refuse(kBadInvocation, options.fault());
  if (!*options) return nullptr;
  const auto log = AuditLog::open(**options);
  if (!log) refuse(kBadInvocation, log.fault());
  return *log;
}

// Written out here, because end() leaves without it.
int tell(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? kFinished : kUnexpected;
}

int export_data(std::vector<std::string> arguments) {
  arguments.erase(arguments.begin());
  const auto done = run_export(arguments);
  if (done) return tell(*done);
  tell_operator(done.fault().message);
  return kBadDataDirectory;
}

int run(std::vector<std::string> arguments) {
  if (!arguments.empty() && arguments[0] == "--export") return export_data(std::move(arguments));
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") return tell(kHelp);
    if (argument == "--version") {
      return tell(fmt::format("paddockd {} ({})\n", paddock_version(), zookeeper_version()));
    }
  }
  const char* const flags = std::getenv("SERVER_JVMFLAGS");
  const auto config = config::load_config({std::move(arguments), flags == nullptr ? "" : flags});
  if (!config) {
    tell_operator(config.fault().message + "\nTry paddockd --help.");
    return kBadInvocation;
  }
  auto log = log_options(*config);
  if (auto started = log ? start_log(*log) : Status(log.fault()); !started) {
    tell_operator(started.fault().message);
    return kBadInvocation;
  }
  AuditLog* const audit = open_audit_log(*config);
  const auto settings = settings_of(*config);
  if (!settings) refuse(kBadInvocation, settings.fault(), audit);
  return serve(*config, *settings, audit);
}

}  // namespace
}  // namespace paddock

int main(int argc, char** argv) {
  paddock::prepare_process();
  try {
    const int code = paddock::run(std::vector<std::string>(argv + 1, argv + argc));
    paddock::end(static_cast<paddock::ExitCode>(code));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "paddockd: unexpected: %s\n", error.what());
    return paddock::kUnexpected;
  }
}
