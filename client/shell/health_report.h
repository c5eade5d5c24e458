// What the servers of an ensemble say of themselves, and which of them stand out. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::client::shell {

struct ServerReport {
  std::string server;
  std::string trouble;  // why there is no report; everything below is empty then
  std::string mode;     // "leader", "follower", "observer", "standalone", "read-only"
  std::string version;
  int64_t zxid = 0;
  int64_t nodes = 0;
  int64_t connections = 0;
  int64_t outstanding = 0;
  double average_latency_ms = 0;
  double answer_ms = 0;            // how long the report itself took
  std::vector<std::string> notes;  // by find_outliers(): empty for a server that is well
};

// The answer to `srvr`. Trouble, if it is none: a server that does not serve says so.
ServerReport parse_srvr(std::string_view server, std::string_view text);

// Notes what is wrong with each, alone and beside the others.
void find_outliers(std::vector<ServerReport>& reports);

}  // namespace paddock::client::shell
