// What must hold between several settings, as ZooKeeper checks it when it has read all of them.
#pragma once

#include "server/config/config.h"

namespace paddock::config {

// `membership_elsewhere`: the ensemble comes from a dynamic configuration file and is not known yet.
Status validate(const Config& config, const std::string& file, bool membership_elsewhere);

}  // namespace paddock::config
