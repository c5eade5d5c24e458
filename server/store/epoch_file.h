// The epochs: one record in two slots of one file, the newer valid one counts, so that a crash between any
// two writes leaves the old pair or the new pair (DESIGN.md rule 6).
#pragma once

#include <optional>
#include <string>

#include "protocol/base/result.h"
#include "server/store/contract.h"
#include "server/store/env.h"

namespace paddock::store {

// Nothing if the file is absent; a fault if it exists and neither slot is valid. Mends a write that was cut
// short, so that what is returned is durable.
Result<std::optional<Epochs>> read_epochs(Env& env, const std::string& directory);
// Durable when it returns. Requires: neither field is below what is stored.
Status write_epochs(Env& env, const std::string& directory, const Epochs& epochs);

}  // namespace paddock::store
