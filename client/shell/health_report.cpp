#include "client/shell/health_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <map>

namespace paddock::client::shell {
namespace {

// Transactions a server may be behind before anybody needs to know.
constexpr int64_t kLag = 1000;
constexpr int64_t kOutstanding = 100;
constexpr double kSlowMs = 100;
constexpr double kTimesTheMedian = 5;

std::string_view line_behind(std::string_view text, std::string_view key) {
  const size_t found = text.find(key);
  if (found == text.npos) return {};
  const std::string_view rest = text.substr(found + key.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

int64_t number_behind(std::string_view text, std::string_view key) {
  return std::strtoll(std::string(line_behind(text, key)).c_str(), nullptr, 0);
}

template <class Value>
Value median(std::vector<Value> values) {
  const auto middle = values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string most_common(const std::vector<std::string>& values) {
  std::map<std::string, size_t> counts;
  for (const std::string& value : values) ++counts[value];
  return std::max_element(counts.begin(), counts.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

void note_roles(const std::vector<ServerReport*>& well, size_t servers) {
  const auto leaders = std::count_if(well.begin(), well.end(), [](auto* r) { return r->mode == "leader"; });
  for (ServerReport* report : well) {
    if (report->mode == "leader" && leaders > 1) report->notes.emplace_back("there is another leader");
    if (report->mode == "standalone" && servers > 1) report->notes.emplace_back("stands alone");
    if (report->mode == "read-only") report->notes.emplace_back("read-only");
    const bool follows = report->mode == "follower" || report->mode == "observer";
    if (follows && leaders == 0 && well.size() == servers) report->notes.emplace_back("no leader");
  }
}

void note_lag(const std::vector<ServerReport*>& well) {
  int64_t newest = 0;
  for (const ServerReport* report : well) newest = std::max(newest, report->zxid);
  for (ServerReport* report : well) {
    if (report->zxid >> 32 != newest >> 32) {
      report->notes.emplace_back("in an older epoch");
    } else if (newest - report->zxid > kLag) {
      report->notes.push_back(fmt::format("{} transactions behind", newest - report->zxid));
    }
  }
}

void note_numbers(const std::vector<ServerReport*>& well) {
  std::vector<int64_t> nodes;
  std::vector<double> answers;
  std::vector<std::string> versions;
  for (const ServerReport* report : well) {
    nodes.push_back(report->nodes);
    answers.push_back(report->answer_ms);
    versions.push_back(report->version);
  }
  const int64_t usual_nodes = median(nodes);
  const double usual_answer = median(answers);
  const std::string usual_version = most_common(versions);
  for (ServerReport* report : well) {
    const int64_t tolerance = std::max<int64_t>(100, usual_nodes / 100);
    if (std::abs(report->nodes - usual_nodes) > tolerance)
      report->notes.emplace_back("another number of nodes");
    if (report->version != usual_version) report->notes.emplace_back("another version");
    if (report->outstanding > kOutstanding) report->notes.emplace_back("many requests wait");
    const bool slow = report->answer_ms > kSlowMs && report->answer_ms > kTimesTheMedian * usual_answer;
    if (slow) report->notes.emplace_back("slow to answer");
  }
}

}  // namespace

ServerReport parse_srvr(std::string_view server, std::string_view text) {
  ServerReport report;
  report.server = server;
  report.mode = line_behind(text, "Mode: ");
  if (report.mode.empty()) {
    report.trouble = text.substr(0, text.find('\n'));
    if (report.trouble.empty()) report.trouble = "says nothing";
    return report;
  }
  const std::string_view version = line_behind(text, "ookeeper version: ");
  report.version = version.substr(0, version.find(','));
  report.zxid = number_behind(text, "Zxid: ");
  report.nodes = number_behind(text, "Node count: ");
  report.connections = number_behind(text, "Connections: ");
  report.outstanding = number_behind(text, "Outstanding: ");
  const std::string_view latency = line_behind(text, "Latency min/avg/max: ");
  const size_t slash = latency.find('/');
  if (slash != latency.npos) {
    report.average_latency_ms = std::strtod(std::string(latency.substr(slash + 1)).c_str(), nullptr);
  }
  return report;
}

void find_outliers(std::vector<ServerReport>& reports) {
  std::vector<ServerReport*> well;
  for (ServerReport& report : reports) {
    if (report.trouble.empty()) {
      well.push_back(&report);
    } else {
      report.notes = {report.trouble};
    }
  }
  if (well.empty()) return;
  note_roles(well, reports.size());
  note_lag(well);
  note_numbers(well);
}

}  // namespace paddock::client::shell
