// Who we say we are.
#pragma once

#include <string_view>

namespace paddock {

// "0.1.0"
std::string_view paddock_version();
// In ZooKeeper's shape: "3.9.5-paddock-0.1.0, built on 2026-01-31 12:00 UTC"; tools parse what precedes the
// first
// '-' or ','.
std::string_view zookeeper_version();

}  // namespace paddock
