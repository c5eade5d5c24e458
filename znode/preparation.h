// Preparation: one request on its way to a transaction. Each function below checks one operation in the order
// of spec/client-protocol.md section 14; if all holds it notes the changes in the overlay and appends the
// transaction's record to `txn`. Otherwise it returns the first check's code and has done nothing.
//
// marshalling_error means that ZooKeeper throws rather than answers: inside a multi it fails the whole
// request.
#pragma once

#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/writer.h"
#include "znode/overlay.h"
#include "znode/prepare.h"

namespace paddock::znode {

struct Preparation {
  const State& state;
  Overlay& overlay;
  AclView& scratch_acl;  // keeps its capacity from request to request
  const WriteRequest& request;
  const Identities& who;
  Zxid zxid;
  WallTime now;
  std::vector<QuotaExcess>& excesses;

  const Options& options() const { return state.options(); }
  // The session's state as far as an operation cares that creates no ephemeral.
  ErrorCode session_error() const {
    const ErrorCode err = request.session_check;
    return err == ErrorCode::ephemeral_on_local_session ? ErrorCode::ok : err;
  }
};

// A create of any kind. `type`: create, create2, create_container or create_ttl, also the transaction's.
struct CreateOrder {
  client::OpCode type = client::OpCode::create;
  jute::Text path;
  jute::Buffer data;
  const AclView& acl;
  int32_t flags = 0;
  int64_t ttl_ms = -1;
};
ErrorCode prepare_create(Preparation& preparation, const CreateOrder& order, jute::Writer& txn);

ErrorCode prepare_delete(Preparation& preparation, const client::DeleteRequest& request, jute::Writer& txn);
ErrorCode prepare_delete_container(Preparation& preparation, jute::Text path, jute::Writer& txn);
ErrorCode prepare_set_data(Preparation& preparation, const client::SetDataRequest& request,
                           jute::Writer& txn);
// A reconfiguration, if who asks may write /zookeeper/config.
ErrorCode prepare_config(Preparation& preparation, std::string_view config, jute::Writer& txn);
ErrorCode prepare_set_acl(Preparation& preparation, const client::SetAclRequest& request, jute::Writer& txn);
ErrorCode prepare_check(Preparation& preparation, const client::CheckVersionRequest& request,
                        jute::Writer& txn);
void prepare_close_session(Preparation& preparation, jute::Writer& txn);

// A multi of write operations. Returns marshalling_error if the whole request is to fail; else the
// transaction is complete, with the error entries of a multi that failed, whose code is put into `failure`. A
// failed multi leaves the overlay as it was.
ErrorCode prepare_multi(Preparation& preparation, const std::vector<client::MultiOp>& ops, jute::Writer& txn,
                        ErrorCode& failure);

// What the parts above share.

// The digits that a sequential node's name ends in: "%010d".
std::string sequence_suffix(int32_t parent_cversion);
// QUOTAEXCEEDED if enforced limits do not allow the difference (section 13). Notes what goes over a limit,
// also over a soft one.
ErrorCode quota_error(Preparation& preparation, std::string_view path, int64_t bytes_difference,
                      int64_t count_difference);
// Versions wrap around.
constexpr int32_t next_version(int32_t version) {
  return static_cast<int32_t>(static_cast<uint32_t>(version) + 1);
}
constexpr bool is_expected(int32_t version, int32_t expected) {
  return expected == -1 || version == expected;
}

}  // namespace paddock::znode
