// zoo.cfg's ssl.* and ssl.quorum.* as what the ports are told.
#pragma once

#include <string>

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/net/tls_options.h"

namespace paddock {

// Prefixes of the two groups.
inline constexpr const char* kClientTls = "ssl.";
inline constexpr const char* kQuorumTls = "ssl.quorum.";

// `prefix`: one of these. A fault names the setting that is wrong, or that asks for a check that
// Paddock does not make: none is left out silently.
Result<net::TlsOptions> tls_options(const config::Config& config, const std::string& prefix);

}  // namespace paddock
