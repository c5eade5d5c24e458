// A log read from its beginning to its end or to the first damage, of either maker, without changing it.
//
// Invariants
// 1. A transaction is handed on only when its checksum is right and it can be decoded.
// 2. What is called damage of Paddock's log is what a start refuses (server/store/wal_recovery.h); of
//    ZooKeeper's also what Java passes over in silence: a whole entry behind one that has lost its end.
#pragma once

#include <functional>

#include "protocol/base/result.h"
#include "protocol/txn/txn.h"
#include "server/inspect/data_place.h"
#include "server/inspect/log_report.h"
#include "server/store/env.h"

namespace paddock::inspect {

// Views are valid during the call.
struct LoggedTxn {
  const std::string& file;
  uint64_t offset = 0;
  size_t bytes = 0;
  const txn::Txn& txn;
};
// False: enough; the report then says nothing of what follows.
using VisitTxn = std::function<bool(const LoggedTxn&)>;

// A fault is one of the disk, or of a file that is no log.
Result<LogReport> walk_log(store::Env& env, const LogPlace& log, const VisitTxn& visit);

}  // namespace paddock::inspect
