#include "server/replica/forwarding.h"

#include <string>
#include <utility>

#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {
namespace {

using client::OpCode;

std::string encoded_identities(const znode::Identities& identities) {
  jute::Vector<client::Id> ids;
  for (const znode::Identity& identity : identities) ids.items.push_back({identity.scheme, identity.id});
  return jute::encoded(ids);
}

std::string request_data(const Submission& submission) {
  const quorum::ForwardedHead head{submission.session.value, submission.cxid.value,
                                   static_cast<int32_t>(submission.type)};
  std::string data;
  data.reserve(jute::encoded_size(head) + submission.body.size());
  jute::Writer writer(data);
  jute::encode(writer, head);
  writer.write_raw(submission.body);
  return data;
}

}  // namespace

Forwarding::Request Forwarding::forward(const Submission& submission) {
  if (submission.type == OpCode::sync) {
    syncs_.push_back({submission.connection, {}});
  } else {
    writes_.push_back({submission.session, submission.cxid, submission.type, submission.connection});
  }
  return {Bytes(request_data(submission)), authinfo_of(submission)};
}

// As Java's learners do: null for createSession, and never null for anything else.
Bytes Forwarding::authinfo_of(const Submission& submission) {
  if (submission.type == OpCode::create_session) return {};
  static const auto nobody = std::make_shared<const znode::Identities>();
  const SharedIdentities& identities = submission.identities ? submission.identities : nobody;
  if (!identities_ || *identities_ != *identities) {
    identities_ = identities;
    authinfo_ = Bytes(encoded_identities(*identities));
  }
  return authinfo_;
}

// The leader ends a silent session with cxid 0, which is no less an xid that a client may use.
bool Forwarding::is_of(const Write& write, const txn::TxnHeader& header) {
  const bool closes = header.type == static_cast<int32_t>(OpCode::close_session);
  return write.session.value == header.session_id && write.cxid.value == header.cxid &&
         (!closes || write.type == OpCode::close_session);
}

ConnectionId Forwarding::applied(const txn::TxnHeader& header) {
  if (writes_.empty() || !is_of(writes_.front(), header)) return {};
  const ConnectionId connection = writes_.front().connection;
  writes_.pop_front();
  return connection;
}

Asker Forwarding::synced() {
  if (syncs_.empty()) return {};
  const Asker asker = syncs_.front();
  syncs_.pop_front();
  return asker;
}

size_t Forwarding::adopt(SessionId session, ConnectionId connection) {
  size_t adopted = 0;
  for (Write& write : writes_) {
    if (write.session != session) continue;
    write.connection = connection;
    ++adopted;
  }
  return adopted;
}

void Forwarding::reset() {
  writes_.clear();
  syncs_.clear();
}

}  // namespace paddock::replica
