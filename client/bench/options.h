// What `paddock bench` is asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client/connect_string.h"
#include "client/tls_options.h"

namespace paddock::client::bench {

enum class Ops { read, write, create, mixed };

struct BenchOptions {
  ConnectString servers;
  std::optional<TlsOptions> tls;  // nothing: TCP alone
  int connections = 20;
  int inflight = 16;  // requests in flight on each connection
  int size = 100;     // bytes of data of every node
  Ops ops = Ops::mixed;
  int read_percent = 80;  // of mixed
  int64_t keys = 10000;
  int64_t nodes = 0;  // created before the load and never touched by it
  double duration_s = 10;
  double warmup_cap_s = 60;  // 0: no warm-up
  std::string root = "/paddock-bench";
  bool keep = false;  // leave the nodes where they are
  std::string json;   // a file, "-" for standard output, or nothing
  int session_timeout_ms = 30000;
};

std::string_view name_of(Ops ops);

}  // namespace paddock::client::bench
