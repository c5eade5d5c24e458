// Transactions: what proposals carry, logs store and the state machine applies (spec/quorum-protocol.md
// section 10, spec/disk-formats.md 2.1). Values, absolute and idempotent; ZooKeeper's own records, so the same
// bytes travel to Java servers.
//
//   transaction = TxnHeader record [TxnDigest]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/client/opcode.h"
#include "protocol/client/records.h"
#include "protocol/jute/types.h"

namespace paddock::txn {

using client::Acl;
using client::OpCode;
using jute::Buffer;
using jute::Text;
using jute::Vector;

inline constexpr int32_t kDigestVersion = 2;

struct TxnHeader {
  int64_t session_id = 0;  // 0 for what the leader makes by itself
  int32_t cxid = 0;
  int64_t zxid = 0;
  int64_t time_ms = 0;  // the leader's wall clock
  int32_t type = 0;     // OpCode
  friend bool operator==(const TxnHeader&, const TxnHeader&) = default;
};

struct CreateSessionTxn {
  int32_t timeout_ms = 0;
  friend bool operator==(const CreateSessionTxn&, const CreateSessionTxn&) = default;
};
struct CloseSessionTxn {
  Vector<Text> paths;  // the ephemerals to delete, in this order, before any other the session still owns
  friend bool operator==(const CloseSessionTxn&, const CloseSessionTxn&) = default;
};
// A closeSession of 3.4/3.5, or with closeSession transactions disabled: no record at all.
struct BareCloseSessionTxn {
  friend bool operator==(const BareCloseSessionTxn&, const BareCloseSessionTxn&) = default;
};
struct ErrorTxn {
  int32_t err = 0;
  friend bool operator==(const ErrorTxn&, const ErrorTxn&) = default;
};
// create, create2
struct CreateTxn {
  Text path;
  Buffer data;
  Vector<Acl> acl;
  bool ephemeral = false;
  int32_t parent_cversion = -1;  // the parent's new one; -1: its current one + 1
  friend bool operator==(const CreateTxn&, const CreateTxn&) = default;
};
struct CreateContainerTxn {
  Text path;
  Buffer data;
  Vector<Acl> acl;
  int32_t parent_cversion = -1;
  friend bool operator==(const CreateContainerTxn&, const CreateContainerTxn&) = default;
};
struct CreateTtlTxn {
  Text path;
  Buffer data;
  Vector<Acl> acl;
  int32_t parent_cversion = -1;
  int64_t ttl_ms = 0;
  friend bool operator==(const CreateTtlTxn&, const CreateTtlTxn&) = default;
};
// delete, deleteContainer
struct DeleteTxn {
  Text path;
  friend bool operator==(const DeleteTxn&, const DeleteTxn&) = default;
};
// setData, reconfig
struct SetDataTxn {
  Text path;
  Buffer data;
  int32_t version = 0;  // the new one
  friend bool operator==(const SetDataTxn&, const SetDataTxn&) = default;
};
struct SetAclTxn {
  Text path;
  Vector<Acl> acl;
  int32_t version = 0;  // the new aversion
  friend bool operator==(const SetAclTxn&, const SetAclTxn&) = default;
};
// Only inside multi; version: the node's current one + 1, also for an expected version of -1.
struct CheckVersionTxn {
  Text path;
  int32_t version = 0;
  friend bool operator==(const CheckVersionTxn&, const CheckVersionTxn&) = default;
};
// One entry of a multi: a type and its record, encoded.
struct SubTxn {
  int32_t type = 0;
  Buffer data;
  friend bool operator==(const SubTxn&, const SubTxn&) = default;
};
struct MultiTxn {
  Vector<SubTxn> txns;
  friend bool operator==(const MultiTxn&, const MultiTxn&) = default;
};

struct TxnDigest {
  int32_t version = kDigestVersion;
  int64_t tree_digest = 0;  // of the whole tree after this transaction, as the leader predicts it
  friend bool operator==(const TxnDigest&, const TxnDigest&) = default;
};

using TxnBody = std::variant<ErrorTxn, CreateSessionTxn, CloseSessionTxn, BareCloseSessionTxn, CreateTxn,
                             CreateContainerTxn, CreateTtlTxn, DeleteTxn, SetDataTxn, SetAclTxn,
                             CheckVersionTxn, MultiTxn>;

struct Txn {
  TxnHeader header;
  TxnBody body;
  std::optional<TxnDigest> digest;
  friend bool operator==(const Txn&, const Txn&) = default;
  Zxid zxid() const { return Zxid{header.zxid}; }
};

// A view of `bytes` as a transaction. A fault for an unknown type, for a top-level check (which no server can
// read back, ZOOKEEPER-2623) and for malformed records, those of a multi's entries included. Accepts what older
// servers wrote: no digest, no closeSession record, a create without parentCVersion.
Result<Txn> decode_txn(std::string_view bytes);

// The record of a multi's entry. Accepts check, refuses a nested multi. Never fails for the entries of a
// transaction that decode_txn accepted.
Result<TxnBody> decode_sub_txn(const SubTxn& entry);

// Requires: header.type fits the body, and a BareCloseSessionTxn has no digest.
std::string encode_txn(const Txn& txn);
// Only the record, as a multi's entry carries it.
std::string encode_body(const TxnBody& body);

// The zxid in an encoded transaction's header, without decoding the rest.
// Requires: at least a header's 32 bytes.
Zxid zxid_of(std::string_view bytes);

}  // namespace paddock::txn
