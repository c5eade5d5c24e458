// `paddock bench`: pipelined load over the client protocol against any ZooKeeper-compatible server. One
// thread, prebuilt requests, replies scanned for their header only, because it shares the machine with the
// server.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/bench/options.h"
#include "client/bench/report.h"
#include "protocol/base/result.h"

namespace paddock::client::bench {

// Prepares keys and nodes, warms up, measures, cleans up. A fault: a server was unreachable, the connection
// was lost, or the nodes could not be prepared.
Result<Report> run_bench(const BenchOptions& options);

// Takes the result in both of its forms, to show it in the one that was asked for.
using ShowResult = std::function<void(std::string_view text, const nlohmann::ordered_json& document)>;

// The command line behind "paddock bench". `servers` is what -s said before the word "bench", or empty; `tls`
// what the options of TLS said there.
// Returns the exit code: 0; 1 if requests failed; 2 if arguments are wrong; 3 if a server was lost or
// unreachable.
int bench_main(const std::string& servers, std::optional<TlsOptions> tls, std::vector<std::string> arguments,
               const ShowResult& show);

}  // namespace paddock::client::bench
