// log dump and log verify: what stands in a transaction log, and whether all of it still does.
#include <charconv>
#include <optional>

#include "client/shell/interrupt.h"
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/tools/file_commands.h"
#include "client/tools/txn_forms.h"
#include "server/inspect/log_walk.h"
#include "server/inspect/overlay_env.h"
#include "server/inspect/stored_epochs.h"

namespace paddock::client::tools {
namespace {

using inspect::LogNote;
using shell::Arguments;
using shell::ExitCode;
using shell::Json;
using shell::Shell;

constexpr size_t kMostData = 100;

// "0x1f", or a decimal number.
Result<Zxid> parse_zxid(std::string_view text, std::string_view flag) {
  const bool hex = text.starts_with("0x");
  const std::string_view digits = hex ? text.substr(2) : text;
  uint64_t value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return make_fault("{} wants a zxid like 0x1f, not '{}'", flag, text);
  }
  return Zxid{static_cast<int64_t>(value)};
}

struct Range {
  Zxid from{INT64_MIN};
  Zxid to{INT64_MAX};
};

Result<Range> range_of(const Arguments& arguments) {
  Range range;
  for (const auto& [flag, end] : {std::pair("--from", &range.from), std::pair("--to", &range.to)}) {
    if (!arguments.has(flag)) continue;
    const auto zxid = parse_zxid(arguments.text(flag), flag);
    if (!zxid.ok()) return zxid.fault();
    *end = *zxid;
  }
  return range;
}

std::string_view name_of(LogNote::Kind kind) {
  switch (kind) {
    case LogNote::Kind::torn:
      return "torn";
    case LogNote::Kind::gap:
      return "gap";
    case LogNote::Kind::repeated:
      return "repeated";
    case LogNote::Kind::damage:
      return "damage";
  }
  return "unknown";
}

std::string note_text(const LogNote& note) {
  return fmt::format("{}: {} offset {}, behind zxid 0x{:x}: {}", name_of(note.kind), note.file, note.offset,
                     note.behind.value, note.text);
}

Json note_json(const LogNote& note) {
  return {{"kind", name_of(note.kind)},
          {"file", note.file},
          {"offset", note.offset},
          {"behind", shell::hex_text(note.behind.value)},
          {"text", note.text}};
}

// What a server writes meanwhile looks like a write that was cut short.
void warn_if_in_use(Shell& shell, const inspect::LogPlace& log) {
  if (log.maker != inspect::Maker::paddock || log.directory.empty()) return;
  const auto used = inspect::is_in_use(log.directory);
  if (used.ok() && *used) {
    shell.complain(
        fmt::format("A server is writing in {}: its last write may be seen in part", log.directory));
  }
}

// Everything that was legal but is worth knowing, and the damage, as the exit code says it.
ExitCode end_dump(Shell& shell, const inspect::LogReport& report) {
  for (const LogNote& note : report.notes) {
    if (note.kind != LogNote::Kind::damage) shell.complain(note_text(note));
  }
  if (const LogNote* damage = report.damage()) return shell.fail(ExitCode::refused, note_text(*damage));
  return ExitCode::ok;
}

ExitCode dump(Shell& shell, store::Env& env, const inspect::LogPlace& log, const Arguments& arguments) {
  const auto range = range_of(arguments);
  if (!range.ok()) return shell.wrong_usage(range.fault().message);
  const size_t most_data = arguments.has("--data") ? SIZE_MAX : kMostData;
  const bool plain = shell.out().format() == shell::Format::plain;
  const auto report = inspect::walk_log(env, log, [&](const inspect::LoggedTxn& logged) {
    const Zxid zxid = logged.txn.zxid();
    if (zxid >= range->from && zxid <= range->to) {
      shell.out().row(plain ? txn_text(logged.txn, most_data) : std::string(),
                      plain ? Json() : txn_json(logged.txn));
    }
    return zxid < range->to && !shell::interrupt::requested();
  });
  shell.out().flush();
  if (!report.ok()) return shell.fail(ExitCode::refused, report.fault().message);
  if (shell::interrupt::requested()) return shell.interrupted();
  return end_dump(shell, *report);
}

std::string_view verdict_of(const inspect::LogReport& report) {
  if (report.damage() != nullptr) return "damaged";
  const bool torn = std::any_of(report.notes.begin(), report.notes.end(),
                                [](const LogNote& note) { return note.kind == LogNote::Kind::torn; });
  return torn ? "torn" : "whole";
}

using Epochs = std::optional<store::Epochs>;

std::string report_text(const inspect::LogReport& report, const Epochs& epochs) {
  std::string text;
  for (const LogNote& note : report.notes) text += note_text(note) + "\n";
  text += fmt::format("{}: {} transaction{}", verdict_of(report), report.transactions,
                      report.transactions == 1 ? "" : "s");
  if (report.transactions > 0)
    text += fmt::format(", 0x{:x} to 0x{:x}", report.first.value, report.last.value);
  text += fmt::format(", in {} file{}", report.files, report.files == 1 ? "" : "s");
  if (report.committed) text += fmt::format("; known to be committed up to 0x{:x}", report.committed->value);
  if (epochs) text += fmt::format("; epochs: accepted {}, current {}", epochs->accepted, epochs->current);
  return text;
}

Json report_json(const inspect::LogPlace& log, const inspect::LogReport& report, const Epochs& epochs) {
  Json object = {{"verdict", verdict_of(report)},
                 {"log", log.maker == inspect::Maker::paddock ? "paddock" : "zookeeper"},
                 {"files", report.files},
                 {"transactions", report.transactions},
                 {"first", shell::hex_text(report.first.value)},
                 {"last", shell::hex_text(report.last.value)}};
  if (report.committed) object["committed"] = shell::hex_text(report.committed->value);
  if (epochs) {
    object["acceptedEpoch"] = epochs->accepted;
    object["currentEpoch"] = epochs->current;
  }
  object["notes"] = Json::array();
  for (const LogNote& note : report.notes) object["notes"].push_back(note_json(note));
  return object;
}

ExitCode verify(Shell& shell, store::Env& env, const inspect::LogPlace& log) {
  auto report =
      inspect::walk_log(env, log, [](const inspect::LoggedTxn&) { return !shell::interrupt::requested(); });
  if (!report.ok()) return shell.fail(ExitCode::refused, report.fault().message);
  if (shell::interrupt::requested()) return shell.interrupted();
  Epochs epochs;
  if (report->damage() == nullptr) {
    const auto beside = inspect::epochs_beside(env, log, report->last);
    if (beside.ok()) {
      epochs = *beside;
    } else {
      report->notes.push_back(
          {LogNote::Kind::damage, log.directory, 0, report->last, beside.fault().message});
    }
  }
  shell.out().show(report_text(*report, epochs), report_json(log, *report, epochs));
  return report->damage() == nullptr ? ExitCode::ok : ExitCode::refused;
}

ExitCode run(Shell& shell, const Arguments& arguments) {
  const std::string& what = arguments.at(0);
  if (what != "dump" && what != "verify") {
    return shell.wrong_usage(fmt::format("log: dump or verify, not '{}'", what));
  }
  inspect::OverlayEnv env;
  const auto log = inspect::find_log(env, arguments.at(1));
  if (!log.ok()) return shell.fail(ExitCode::refused, log.fault().message);
  warn_if_in_use(shell, *log);
  return what == "dump" ? dump(shell, env, *log, arguments) : verify(shell, env, *log);
}

}  // namespace

shell::Command log_command() {
  return {
      .name = "log",
      .parameters = "dump|verify FILE|DIRECTORY",
      .summary = "print or check a transaction log, Paddock's or ZooKeeper's",
      .flags = {{"--from", "ZXID", "dump: beginning with this one"},
                {"--to", "ZXID", "dump: up to this one"},
                {"--data", "", "dump: data in full, not its first 100 bytes (JSON always has it)"}},
      .examples = {"log dump /var/lib/paddock", "log dump --from 0x100000001 version-2/log.1",
                   "log verify /var/lib/zookeeper/version-2"},
      .least = 2,
      .most = 2,
      .paths = 0,
      .needs_session = false,
      .run = run,
  };
}

}  // namespace paddock::client::tools
