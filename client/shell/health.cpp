// health: all servers beside each other.
#include <cmath>

#include "client/shell/ensemble.h"
#include "client/shell/four_letter.h"
#include "client/shell/health_report.h"
#include "client/shell/json_forms.h"
#include "client/shell/pattern.h"
#include "client/shell/shell.h"

namespace paddock::client::shell {
namespace {

constexpr int64_t kPatienceMs = 5000;

double tenths(double number) {
  return std::round(number * 10) / 10;
}

std::vector<ServerReport> ask(const std::vector<HostPort>& servers) {
  const auto answers = ask_servers(servers, "srvr", kPatienceMs);
  std::vector<ServerReport> reports;
  for (size_t i = 0; i < servers.size(); ++i) {
    const std::string name = to_string(servers[i]);
    if (answers[i]) {
      reports.push_back(parse_srvr(name, answers[i].value().text));
      reports.back().answer_ms = tenths(static_cast<double>(answers[i].value().took_us) / 1000);
    } else {
      const std::string& why = answers[i].fault().message;
      reports.emplace_back();
      reports.back().server = name;
      reports.back().trouble = why.substr(std::min(why.size(), name.size() + 2));
    }
  }
  return reports;
}

Json row_of(const ServerReport& report) {
  if (!report.trouble.empty()) return {{"server", report.server}, {"mode", nullptr}, {"notes", report.notes}};
  return {{"server", report.server},
          {"mode", report.mode},
          {"zxid", hex_text(report.zxid)},
          {"nodes", report.nodes},
          {"conns", report.connections},
          {"waiting", report.outstanding},
          {"avg_ms", tenths(report.average_latency_ms)},
          {"answer_ms", report.answer_ms},
          {"version", report.version},
          {"notes", report.notes}};
}

// A table in the plain form as well: that is what it is for. Whoever stands out is red.
void show(Shell& shell, const std::vector<ServerReport>& reports) {
  std::vector<Json> rows;
  for (const ServerReport& report : reports) rows.push_back(row_of(report));
  if (shell.out().format() == Format::json) {
    for (const Json& row : rows) shell.out().row("", row);
    return;
  }
  const std::string table = table_text(rows);
  size_t line = 0;
  for (const std::string_view text : lines_of(table)) {
    const bool unwell = line > 0 && !reports[line - 1].notes.empty();
    shell.out().raw((unwell ? shell.out().paint("red", text) : std::string(text)) + '\n');
    ++line;
  }
}

// Without a session there is no configuration: then those we were given.
std::vector<HostPort> servers_of(Shell& shell, const std::vector<ServerReport>& given) {
  const bool any =
      std::any_of(given.begin(), given.end(), [](const ServerReport& r) { return r.trouble.empty(); });
  if (any && shell.ensure_session() == ExitCode::ok) return all_servers(shell);
  return parse_connect_string(shell.options().servers).value().hosts;
}

ExitCode health(Shell& shell, const Arguments&) {
  const auto given = parse_connect_string(shell.options().servers);
  if (!given) return shell.wrong_usage(given.fault().message);
  std::vector<ServerReport> reports = ask(given.value().hosts);
  const std::vector<HostPort> all = servers_of(shell, reports);
  if (all.size() > reports.size()) reports = ask(all);
  find_outliers(reports);
  show(shell, reports);
  const bool well =
      std::all_of(reports.begin(), reports.end(), [](const ServerReport& r) { return r.notes.empty(); });
  return well ? ExitCode::ok : ExitCode::refused;
}

}  // namespace

Family health_commands() {
  return {"Health",
          {{
              .name = "health",
              .summary = "ask all servers how they are, and mark those that stand out",
              .examples = {"health"},
              .paths = 0,
              .needs_session = false,
              .run = health,
          }}};
}

}  // namespace paddock::client::shell
