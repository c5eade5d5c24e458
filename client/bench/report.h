// What a bench has measured, as text for people and as JSON for scripts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "client/bench/histogram.h"
#include "client/bench/options.h"
#include "protocol/base/error_code.h"

namespace paddock::client::bench {

struct Report {
  BenchOptions options;
  std::vector<double> warmup_ops_per_s;  // one per 5 s window
  bool warm = true;                      // the last two windows differed by less than 5 %
  double seconds = 0;
  Histogram latency;
  uint64_t errors = 0;
  ErrorCode first_error = ErrorCode::ok;
  double own_user_cpu_s = 0;  // outside of system calls
  double own_system_cpu_s = 0;
  double nodes_per_s = 0;  // while --nodes were created; 0 without

  double ops_per_s() const { return seconds > 0 ? static_cast<double>(latency.count()) / seconds : 0; }
};

// Without a line end behind the last line.
std::string to_text(const Report& report);
nlohmann::ordered_json to_json(const Report& report);

}  // namespace paddock::client::bench
