// multi: operations that happen all or not at all, each seeing those before it.
#include <algorithm>
#include <utility>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/preparation.h"

namespace paddock::znode {
namespace {

using client::CreateMode;
using client::MultiOp;
using client::OpCode;

bool is_ttl(int32_t flags) {
  return flags == static_cast<int32_t>(CreateMode::persistent_ttl) ||
         flags == static_cast<int32_t>(CreateMode::persistent_sequential_ttl);
}

// Only the flags decide what an inner create becomes, not its opcode (spec/client-protocol.md section 9).
OpCode type_by_flags(int32_t flags) {
  if (is_ttl(flags)) return OpCode::create_ttl;
  return flags == static_cast<int32_t>(CreateMode::container) ? OpCode::create_container : OpCode::create;
}

// The type of the transaction that an operation becomes.
OpCode txn_type(const MultiOp& op) {
  if (const auto* create = std::get_if<client::CreateRequest>(&op.body)) return type_by_flags(create->flags);
  if (const auto* create = std::get_if<client::CreateTtlRequest>(&op.body))
    return type_by_flags(create->flags);
  return op.type;
}

// ZooKeeper throws at these: at a null path while it reads the request, at a TTL flag without a ttl when it comes
// to that operation, so not behind one that was refused.
bool has_null_path(const MultiOp& op) {
  return std::visit([](const auto& body) { return body.path.is_null(); }, op.body);
}
bool lacks_ttl(const MultiOp& op) {
  const auto* create = std::get_if<client::CreateRequest>(&op.body);
  return create != nullptr && is_ttl(create->flags);
}

struct PrepareOp {
  Preparation& preparation;
  OpCode type;
  jute::Writer& txn;

  ErrorCode operator()(const client::CreateRequest& request) const {
    return prepare_create(preparation,
                          CreateOrder{type, request.path, request.data, request.acl, request.flags, -1}, txn);
  }
  ErrorCode operator()(const client::CreateTtlRequest& request) const {
    const int64_t ttl_ms = is_ttl(request.flags) ? request.ttl_ms : -1;
    return prepare_create(
        preparation, CreateOrder{type, request.path, request.data, request.acl, request.flags, ttl_ms}, txn);
  }
  ErrorCode operator()(const client::DeleteRequest& request) const {
    return prepare_delete(preparation, request, txn);
  }
  ErrorCode operator()(const client::SetDataRequest& request) const {
    return prepare_set_data(preparation, request, txn);
  }
  ErrorCode operator()(const client::CheckVersionRequest& request) const {
    return prepare_check(preparation, request, txn);
  }
  ErrorCode operator()(const client::PathWatchRequest&) const { return ErrorCode::marshalling_error; }
};

void write_error_entry(ErrorCode err, jute::Writer& txn) {
  const std::string record = jute::encoded(txn::ErrorTxn{static_cast<int32_t>(err)});
  jute::encode(txn, txn::SubTxn{static_cast<int32_t>(OpCode::error), record});
}

ErrorCode write_entry(Preparation& preparation, const MultiOp& op, jute::Writer& txn) {
  const size_t before = txn.out().size();
  const OpCode type = txn_type(op);
  txn.write_int(static_cast<int32_t>(type));
  const size_t record = txn.begin_frame();  // a buffer is its length and its bytes, as a frame is
  const ErrorCode err = std::visit(PrepareOp{preparation, type, txn}, op.body);
  if (err == ErrorCode::ok) {
    txn.end_frame(record);
  } else {
    txn.out().resize(before);
  }
  return err;
}

}  // namespace

ErrorCode prepare_multi(Preparation& preparation, const std::vector<MultiOp>& ops, jute::Writer& txn,
                        ErrorCode& failure) {
  failure = ErrorCode::ok;
  if (std::any_of(ops.begin(), ops.end(), has_null_path)) return ErrorCode::marshalling_error;
  txn.write_int(static_cast<int32_t>(ops.size()));
  for (const MultiOp& op : ops) {
    if (failure != ErrorCode::ok) {
      write_error_entry(ErrorCode::runtime_inconsistency, txn);
      continue;
    }
    const ErrorCode err = lacks_ttl(op) ? ErrorCode::marshalling_error : write_entry(preparation, op, txn);
    if (err == ErrorCode::ok) continue;
    preparation.overlay.revoke();
    if (err == ErrorCode::marshalling_error) return err;
    failure = err;
    write_error_entry(err, txn);
  }
  return ErrorCode::ok;
}

}  // namespace paddock::znode
