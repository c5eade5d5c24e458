// What to look at when TLS between two servers has failed: OpenSSL says what happened, not whose setting did
// it.
#pragma once

#include <string>

namespace paddock::net {

// `reason` with the settings that it comes from, or as it is if it tells of none.
std::string with_advice(const std::string& reason);

}  // namespace paddock::net
