// The four-letter words of a server: "srvr", "mntr", "cons". A connection each, which the server closes.
#pragma once

#include <string>
#include <vector>

#include "client/connect_string.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

struct WordReply {
  std::string text;
  int64_t took_us = 0;
};

// Asks all of them at once. A fault says why there is no answer: nobody listens, nothing came within
// `timeout_ms`, the server does not allow the word.
std::vector<Result<WordReply>> ask_servers(const std::vector<HostPort>& addresses, const std::string& word,
                                           int64_t timeout_ms);

}  // namespace paddock::client::shell
