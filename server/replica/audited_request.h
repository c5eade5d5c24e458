// AuditedRequest: a write that the audit log tells of, from the client's frame to the records of what came of
// it. What is told, and what is left out, is ZooKeeper's choice (AuditHelper of 3.9).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "server/replica/audit_record.h"
#include "server/replica/client_connection.h"
#include "znode/state.h"

namespace paddock::replica {

class AuditedRequest {
 public:
  static bool is_audited(client::OpCode type);

  // Requires: is_audited(type).
  AuditedRequest(SessionId session, Xid cxid, client::OpCode type, std::string_view body,
                 SharedIdentities identities)
      : session_(session), cxid_(cxid), type_(type), body_(body), identities_(std::move(identities)) {}

  Xid cxid() const { return cxid_; }
  // One record, or one for each operation of a multi that succeeded.
  void append_records(const znode::ApplyResult& result, std::vector<AuditRecord>& records) const;

 private:
  AuditRecord whose() const;
  void append_single(const znode::OpResult& result, std::vector<AuditRecord>& records) const;
  void append_multi(const std::vector<znode::OpResult>& parts, std::vector<AuditRecord>& records) const;

  SessionId session_;
  Xid cxid_;
  client::OpCode type_;
  std::string body_;
  SharedIdentities identities_;
};

}  // namespace paddock::replica
