#include "server/replica/audit_trail.h"

#include <string>
#include <unordered_set>
#include <utility>
#include <variant>

namespace paddock::replica {
namespace {

using client::OpCode;

constexpr std::string_view kDeletionWithSession = "ephemeralZNodeDeletionOnSessionCloseOrExpire";

}  // namespace

void AuditTrail::asked(const ClientConnection& connection, const Asked& asked, std::string_view body) {
  if (!AuditedRequest::is_audited(asked.type)) return;
  asked_[connection.session].emplace_back(connection.session, asked.xid, asked.type, body,
                                          connection.identities);
}

// A closeSession may carry the xid of an earlier request, but is asked for behind it.
void AuditTrail::decided(const txn::TxnHeader& header, const znode::ApplyResult& result) {
  const auto session = asked_.find(SessionId{header.session_id});
  if (session == asked_.end() || session->second.front().cxid().value != header.cxid) return;
  session->second.front().append_records(result, records_);
  session->second.pop_front();
  if (session->second.empty()) asked_.erase(session);
}

// In the order in which the state removes them: those that the transaction lists, then all others.
void AuditTrail::before(const txn::Txn& txn, const znode::State& state) {
  if (txn.header.type != static_cast<int32_t>(OpCode::close_session)) return;
  const SessionId session{txn.header.session_id};
  const znode::Tree& tree = state.tree();
  std::unordered_set<std::string_view> listed;
  if (const auto* list = std::get_if<txn::CloseSessionTxn>(&txn.body)) {
    for (const jute::Text& path : list->paths) {
      record_deletion(session, path.view(), tree.find(path.view()) != znode::kNoNode);
      listed.insert(path.view());
    }
  }
  for (const znode::NodeIndex node : tree.ephemerals_of(session.value)) {
    const std::string path = tree.path(node);
    if (!listed.contains(path)) record_deletion(session, path, true);
  }
}

void AuditTrail::record_deletion(SessionId session, std::string_view path, bool was_there) {
  AuditRecord record;
  record.session = session;
  record.by_server = true;
  record.operation = kDeletionWithSession;
  record.znode = std::string(path);
  if (!was_there) record.result = AuditRecord::Result::failure;
  records_.push_back(std::move(record));
}

}  // namespace paddock::replica
