// The epochs that a server has promised and holds, as they are stored beside its log.
#pragma once

#include <optional>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/inspect/data_place.h"
#include "server/store/contract.h"
#include "server/store/env.h"

namespace paddock::inspect {

// Of a log that ends at `last`; nothing where there are none, or no directory was
// named. A fault where a server would not start with them.
Result<std::optional<store::Epochs>> epochs_beside(store::Env& env, const LogPlace& log, Zxid last);

}  // namespace paddock::inspect
