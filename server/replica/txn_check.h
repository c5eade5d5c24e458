// What a learner logs it will have to apply, and so will every start after it: a transaction that cannot be read
// is refused before it is logged (zab::EngineOptions::check_txn).
#pragma once

#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"

namespace paddock::replica {

// A fault names the zxid, and what is wrong.
Status check_txn(Zxid zxid, std::string_view bytes);

}  // namespace paddock::replica
