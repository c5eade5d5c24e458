#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "client/bench/bench.h"

namespace paddock::client::bench {
namespace {

constexpr const char* kFooter = R"(
Creates its nodes below the root, warms up until two windows of 5 s differ by less than 5 % (or the cap is
reached), measures, and deletes what it created. Examples:

  paddock bench -s 127.0.0.1:2181 --ops write
  paddock bench -s 127.0.0.1:2181 --ops read --connections 50 --duration 30 --json -
  paddock --ca ca.pem bench -s localhost:2281 --ops write                   # by TLS
  paddock bench -s 127.0.0.1:2181 --nodes 1000000 --duration 0 --keep       # fill a server, for its memory

Latency counts from just before a request is written to its socket until its reply has been read.
The result is text, or what 'paddock --output FORM bench' asks for. Exit codes: 0 all well, 1 requests failed, 2 wrong
arguments, 3 a server is unreachable or was lost.)";

// Those of the shell (client/shell/exit_code.h), which this room does not know.
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kUnreachable = 3;

// Numbers within limits; CLI11 would print the limits into every line of the help.
template <class T>
CLI::Validator within(T least, T most) {
  return CLI::Range(least, most).description("");
}

void declare(CLI::App& app, BenchOptions& options, std::string& servers, std::string& ops) {
  const auto add = [&](const char* name, auto& value, const char* unit, const char* what) {
    return app.add_option(name, value, what)->type_name(unit);
  };
  app.get_formatter()->column_width(28);
  add("-s,--server", servers, "SERVERS", "HOST:PORT[,HOST:PORT...][/chroot] (127.0.0.1:2181)");
  add("--connections", options.connections, "N", "connections, each with a session (20)")
      ->check(within(1, 10000));
  add("--inflight", options.inflight, "N", "requests in flight on each (16)")->check(within(1, 65536));
  add("--size", options.size, "BYTES", "data of a node (100)")->check(within(0, 1 << 20));
  add("--ops", ops, "OPS", "read, write, create or mixed (mixed)")
      ->check(CLI::IsMember({"read", "write", "create", "mixed"}).description(""));
  add("--read-percent", options.read_percent, "P", "share of reads in mixed (80)")->check(within(0, 100));
  add("--keys", options.keys, "N", "nodes that reads and writes choose from (10000)")
      ->check(within(1, 99'999'999));
  add("--nodes", options.nodes, "N", "create that many nodes more before the load (0)")
      ->check(within(0, 99'999'999));
  add("--duration", options.duration_s, "S", "seconds to measure; 0: only prepare (10)")
      ->check(within(0.0, 1e6));
  add("--warmup", options.warmup_cap_s, "S", "cap of the warm-up; 0: none (60)")->check(within(0.0, 1e6));
  add("--root", options.root, "PATH", "where its nodes live (/paddock-bench)");
  app.add_flag("--keep", options.keep, "leave the nodes in place");
  add("--json", options.json, "FILE", "the result as JSON; - is standard output, instead of the text");
  app.footer(kFooter);
}

Ops ops_named(std::string_view name) {
  for (const Ops ops : {Ops::read, Ops::write, Ops::create}) {
    if (name == name_of(ops)) return ops;
  }
  return Ops::mixed;
}

bool write_result(const Report& report, const ShowResult& show) {
  const std::string& target = report.options.json;
  if (target == "-") {
    fmt::print("{}\n", to_json(report).dump(2));
    return true;
  }
  show(to_text(report), to_json(report));
  if (target.empty()) return true;
  std::ofstream file(target);
  file << to_json(report).dump(2) << '\n';
  file.close();
  if (!file) fmt::print(stderr, "bench: cannot write {}\n", target);
  return static_cast<bool>(file);
}

}  // namespace

int bench_main(const std::string& servers, std::optional<TlsOptions> tls, std::vector<std::string> arguments,
               const ShowResult& show) {
  CLI::App app("Pipelined load over the client protocol against any ZooKeeper-compatible server.",
               "paddock bench");
  BenchOptions options;
  std::string connect_string = servers.empty() ? "127.0.0.1:2181" : servers;
  std::string ops = "mixed";
  declare(app, options, connect_string, ops);
  try {
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  auto parsed = parse_connect_string(connect_string);
  if (!parsed) {
    fmt::print(stderr, "bench: {}\n", parsed.fault().message);
    return kUsage;
  }
  options.servers = std::move(parsed).value();
  options.ops = ops_named(ops);
  options.tls = std::move(tls);
  const auto report = run_bench(options);
  if (!report) {
    fmt::print(stderr, "bench: {}\n", report.fault().message);
    return kUnreachable;
  }
  return write_result(report.value(), show) && report->errors == 0 ? 0 : kFailed;
}

}  // namespace paddock::client::bench
