// paddockd --export: the data of a stopped server as an Apache ZooKeeper server's.
#pragma once

#include <string>
#include <vector>

#include "protocol/base/result.h"

namespace paddock {

// `arguments`: what stands behind --export: ZOO_CFG or DATADIR, and where version-2 is to be made. What was
// done, for the operator.
Result<std::string> run_export(const std::vector<std::string>& arguments);

}  // namespace paddock
