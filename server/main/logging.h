// The log: lines of `time level event=... key=value ...` to stderr or a file, through spdlog's default
// logger.
//
// Threads: any. Lines go through a bounded queue to a thread of their own; when the sink is blocked or slow
// the oldest lines are lost, never the server's time. Nothing secret is logged: no data, no credentials, and
// of properties only the names.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock {

struct LogOptions {
  std::string file;            // empty: stderr
  std::string level = "info";  // trace debug info warning error critical off
};

// A fault names the file or the level.
Status start_log(const LogOptions& options);
// One line for the person at the terminal, besides the log: to stderr, unless the log goes there or nobody
// takes it now. Never blocks.
void tell_operator(std::string_view text);
// Waits until what was logged before is written, but no longer than `patience`: the sink may never take it.
void drain_log(std::chrono::milliseconds patience);

// A value with blanks or quotes, so that a line stays key=value.
std::string quoted(std::string_view text);

}  // namespace paddock
