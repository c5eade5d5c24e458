// AuditTrail: what this server's clients asked for, until it is decided, and then the records of it: for the
// audit log, which whoever runs the replica writes.
//
// Owner: Core, if there is an audit log.
//
// Invariants
// 1. A write has its records as soon as this server knows what came of it, also when its client is gone by
//    then: nobody escapes the log by hanging up.
// 2. The requests of a session are decided in the order in which they were asked for.
#pragma once

#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "protocol/txn/txn.h"
#include "server/replica/audit_record.h"
#include "server/replica/audited_request.h"
#include "znode/state.h"

namespace paddock::replica {

class AuditTrail {
 public:
  // A write of any kind is on its way.
  void asked(const ClientConnection& connection, const Asked& asked, std::string_view body);
  // Before a transaction is applied: if it ends a session, the nodes that go with it are told.
  void before(const txn::Txn& txn, const znode::State& state);
  // A transaction was applied that a client of this server asked for.
  void decided(const txn::TxnHeader& header, const znode::ApplyResult& result);
  // The role ended: what becomes of the rest is not for this server to know.
  void forget() { asked_.clear(); }

  std::vector<AuditRecord> take() { return std::exchange(records_, {}); }

 private:
  void record_deletion(SessionId session, std::string_view path, bool was_there);

  std::unordered_map<SessionId, std::deque<AuditedRequest>> asked_;
  std::vector<AuditRecord> records_;
};

}  // namespace paddock::replica
