#include "client/bench/report.h"

namespace paddock::client::bench {
namespace {

struct Quantile {
  const char* name;
  double percent;
};
constexpr Quantile kQuantiles[] = {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}};

double us(uint64_t ns) {
  return static_cast<double>(ns) / 1000.0;
}

double us_per_op(const Report& report, double seconds) {
  const uint64_t count = report.latency.count();
  return count == 0 ? 0 : seconds * 1e6 / static_cast<double>(count);
}

std::string joined_servers(const BenchOptions& options) {
  std::string text;
  for (const HostPort& host : options.servers.hosts) text += (text.empty() ? "" : ",") + to_string(host);
  return text;
}

}  // namespace

std::string_view name_of(Ops ops) {
  switch (ops) {
    case Ops::read:
      return "read";
    case Ops::write:
      return "write";
    case Ops::create:
      return "create";
    case Ops::mixed:
      return "mixed";
  }
  return "unknown";
}

std::string to_text(const Report& report) {
  const BenchOptions& options = report.options;
  std::string text =
      fmt::format("{} on {}: {} connections x {} in flight, {} bytes, {} keys\n", name_of(options.ops),
                  joined_servers(options), options.connections, options.inflight, options.size, options.keys);
  if (options.nodes > 0) {
    text += fmt::format("nodes       {} created, {:.0f} ops/s\n", options.nodes, report.nodes_per_s);
  }
  if (report.seconds <= 0) {
    text.pop_back();
    return text;
  }
  text += fmt::format("throughput  {:.0f} ops/s over {:.1f} s{}\n", report.ops_per_s(), report.seconds,
                      report.warm ? "" : "  (not warm: the last windows still differed by 5 % or more)");
  text += "latency ms ";
  for (const auto& [name, percent] : kQuantiles) {
    text += fmt::format(" {} {:.3f}", name, us(report.latency.percentile_ns(percent)) / 1000);
  }
  text += fmt::format(" max {:.3f}\n", us(report.latency.max_ns()) / 1000);
  text += fmt::format("errors      {}{}\n", report.errors,
                      report.errors ? fmt::format(" (first: {})", paddock::name_of(report.first_error)) : "");
  text += fmt::format("own cpu     {:.2f} s; an operation costs {:.2f} us user, {:.2f} us system",
                      report.own_user_cpu_s + report.own_system_cpu_s,
                      us_per_op(report, report.own_user_cpu_s), us_per_op(report, report.own_system_cpu_s));
  return text;
}

nlohmann::ordered_json to_json(const Report& report) {
  const BenchOptions& options = report.options;
  nlohmann::ordered_json json;
  json["servers"] = joined_servers(options);
  json["ops"] = name_of(options.ops);
  json["connections"] = options.connections;
  json["inflight"] = options.inflight;
  json["size"] = options.size;
  json["keys"] = options.keys;
  if (options.ops == Ops::mixed) json["read_percent"] = options.read_percent;
  json["nodes"] = options.nodes;
  json["nodes_per_s"] = report.nodes_per_s;
  json["warmup_ops_per_s"] = report.warmup_ops_per_s;
  json["warm"] = report.warm;
  json["seconds"] = report.seconds;
  json["count"] = report.latency.count();
  json["ops_per_s"] = report.ops_per_s();
  auto& latency = json["latency_us"];
  latency["mean"] = report.latency.mean_ns() / 1000;
  for (const auto& [name, percent] : kQuantiles) latency[name] = us(report.latency.percentile_ns(percent));
  latency["max"] = us(report.latency.max_ns());
  json["errors"] = report.errors;
  json["first_error"] = report.errors ? paddock::name_of(report.first_error) : "";
  json["own_cpu_s"] = report.own_user_cpu_s + report.own_system_cpu_s;
  json["own_user_cpu_us_per_op"] = us_per_op(report, report.own_user_cpu_s);
  json["own_system_cpu_us_per_op"] = us_per_op(report, report.own_system_cpu_s);
  return json;
}

}  // namespace paddock::client::bench
