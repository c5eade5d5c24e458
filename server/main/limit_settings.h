// The limits of a server: those of paddock.hardening=strict, and each by itself (docs/security.md).
#pragma once

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/main/numbers.h"
#include "server/main/settings.h"

namespace paddock {

// A fault names what is neither strict nor none, or what a strict server does not do. Wrong numbers are kept
// by `numbers`.
Status set_limits(const config::Config& config, Numbers& numbers, Settings& settings);

}  // namespace paddock
