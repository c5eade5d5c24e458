#include "znode/prepare.h"

#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "znode/preparation.h"

namespace paddock::znode {
namespace {

using client::OpCode;

const Identities kNobody;

// Decoded requests and fixed ACL lists; kept so that a request finds the room that an earlier one needed.
struct Scratch {
  AclView acl;
  client::CreateRequest create;
  client::CreateTtlRequest create_ttl;
  client::SetAclRequest set_acl;
  std::vector<client::MultiOp> ops;
};

// What became of a request, beside the transaction's record.
struct Outcome {
  ErrorCode err = ErrorCode::ok;      // the whole request failed: an error transaction
  ErrorCode failure = ErrorCode::ok;  // of a multi's operation
  bool error_has_digest = false;      // as ZooKeeper has it for reads in a multi, and for nothing else
};

template <class Record>
bool decode_body(const Preparation& preparation, Record& record) {
  jute::Reader reader(preparation.request.body);
  return jute::decode(reader, record);
}

template <class Record, class Prepare>
ErrorCode decode_and(Preparation& preparation, Prepare prepare, jute::Writer& txn) {
  Record record;
  if (!decode_body(preparation, record)) return ErrorCode::marshalling_error;
  return prepare(preparation, record, txn);
}

ErrorCode create(Preparation& preparation, Scratch& scratch, jute::Writer& txn) {
  const client::CreateRequest& request = scratch.create;
  if (!decode_body(preparation, scratch.create)) return ErrorCode::marshalling_error;
  return prepare_create(
      preparation,
      CreateOrder{preparation.request.type, request.path, request.data, request.acl, request.flags, -1}, txn);
}

ErrorCode create_ttl(Preparation& preparation, Scratch& scratch, jute::Writer& txn) {
  const client::CreateTtlRequest& request = scratch.create_ttl;
  if (!decode_body(preparation, scratch.create_ttl)) return ErrorCode::marshalling_error;
  return prepare_create(
      preparation,
      CreateOrder{OpCode::create_ttl, request.path, request.data, request.acl, request.flags, request.ttl_ms},
      txn);
}

ErrorCode set_acl(Preparation& preparation, Scratch& scratch, jute::Writer& txn) {
  if (!decode_body(preparation, scratch.set_acl)) return ErrorCode::marshalling_error;
  return prepare_set_acl(preparation, scratch.set_acl, txn);
}

// Only the leader's own: a client's, forwarded by a Java learner, is answered as ZooKeeper up to 3.8 does.
ErrorCode delete_container(Preparation& preparation, jute::Writer& txn) {
  if (preparation.request.session != SessionId{}) return ErrorCode::bad_arguments;
  const auto request = jute::decoded<client::PathRecord>(preparation.request.body);
  return request ? prepare_delete_container(preparation, request->path, txn) : ErrorCode::marshalling_error;
}

ErrorCode create_session(Preparation& preparation, jute::Writer& txn) {
  const auto request = jute::decoded<client::CreateSessionRequest>(preparation.request.body);
  if (!request) return ErrorCode::marshalling_error;
  jute::encode(txn, txn::CreateSessionTxn{request->timeout_ms});
  return ErrorCode::ok;
}

ErrorCode reconfig(Preparation& preparation, jute::Writer& txn) {
  if (!jute::decoded<client::ReconfigRequest>(preparation.request.body)) return ErrorCode::marshalling_error;
  if (!preparation.options().reconfig_enabled) return ErrorCode::reconfig_disabled;
  if (const ErrorCode err = preparation.session_error(); err != ErrorCode::ok) return err;
  const ReconfigAnswer* answer = preparation.request.reconfig;
  if (!answer || preparation.options().standalone) return ErrorCode::unimplemented;
  if (answer->err != ErrorCode::ok) return answer->err;
  return prepare_config(preparation, answer->config, txn);
}

Outcome multi(Preparation& preparation, Scratch& scratch, jute::Writer& txn) {
  jute::Reader reader(preparation.request.body);
  if (!client::decode_multi(reader, scratch.ops)) return {ErrorCode::marshalling_error};
  if (is_over(preparation.options().limits.multi_operations, static_cast<int64_t>(scratch.ops.size()))) {
    return {ErrorCode::bad_arguments};
  }
  Outcome outcome;
  outcome.err = prepare_multi(preparation, scratch.ops, txn, outcome.failure);
  outcome.error_has_digest =
      !scratch.ops.empty() && std::holds_alternative<client::PathWatchRequest>(scratch.ops.front().body);
  return outcome;
}

Outcome prepare_record(Preparation& preparation, Scratch& scratch, jute::Writer& txn) {
  switch (preparation.request.type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
      return {create(preparation, scratch, txn)};
    case OpCode::create_ttl:
      return {create_ttl(preparation, scratch, txn)};
    case OpCode::remove:
      return {decode_and<client::DeleteRequest>(preparation, prepare_delete, txn)};
    case OpCode::delete_container:
      return {delete_container(preparation, txn)};
    case OpCode::set_data:
      return {decode_and<client::SetDataRequest>(preparation, prepare_set_data, txn)};
    case OpCode::set_acl:
      return {set_acl(preparation, scratch, txn)};
    case OpCode::multi:
      return multi(preparation, scratch, txn);
    case OpCode::reconfig:
      return {reconfig(preparation, txn)};
    case OpCode::create_session:
      return {create_session(preparation, txn)};
    case OpCode::close_session:
      prepare_close_session(preparation, txn);
      return {};
    default:
      return {ErrorCode::unimplemented};  // no transaction, but a learner may forward it
  }
}

void write_header(const Preparation& preparation, OpCode type, jute::Writer& txn) {
  jute::encode(txn, txn::TxnHeader{preparation.request.session.value, preparation.request.cxid.value,
                                   preparation.zxid.value, preparation.now.ms, static_cast<int32_t>(type)});
}

}  // namespace

struct Preparer::Impl {
  explicit Impl(const State& state) : state(state), overlay(state) {}

  void write_digest(jute::Writer& txn) const {
    jute::encode(txn, txn::TxnDigest{txn::kDigestVersion, static_cast<int64_t>(overlay.digest())});
  }

  const State& state;
  Overlay overlay;
  Scratch scratch;
  std::deque<Zxid> outstanding;
};

Preparer::Preparer(const State& state) : impl_(std::make_unique<Impl>(state)) {}
Preparer::~Preparer() = default;

Prepared Preparer::prepare(const WriteRequest& request, Zxid zxid, WallTime now) {
  // Beside the body: header, digest, what a transaction has more than its request.
  constexpr size_t kBeyondBody = 96;
  Prepared prepared;
  Preparation preparation{impl_->state,
                          impl_->overlay,
                          impl_->scratch.acl,
                          request,
                          request.identities != nullptr ? *request.identities : kNobody,
                          zxid,
                          now,
                          prepared.excesses};
  prepared.txn.reserve(request.body.size() + kBeyondBody);
  jute::Writer txn(prepared.txn);
  impl_->outstanding.push_back(zxid);
  impl_->overlay.begin(zxid, request.type == OpCode::multi);
  write_header(preparation, request.type, txn);
  const Outcome outcome = prepare_record(preparation, impl_->scratch, txn);
  if (outcome.err != ErrorCode::ok) {
    prepared.txn.clear();
    write_header(preparation, OpCode::error, txn);
    jute::encode(txn, txn::ErrorTxn{static_cast<int32_t>(outcome.err)});
  }
  if (outcome.err == ErrorCode::ok || outcome.error_has_digest) impl_->write_digest(txn);
  prepared.err = outcome.err != ErrorCode::ok ? outcome.err : outcome.failure;
  return prepared;
}

void Preparer::applied(Zxid zxid) {
  while (!impl_->outstanding.empty() && impl_->outstanding.front() <= zxid) impl_->outstanding.pop_front();
  impl_->overlay.applied(zxid);
}

void Preparer::reset() {
  impl_->outstanding.clear();
  impl_->overlay.reset();
}

size_t Preparer::outstanding() const {
  return impl_->outstanding.size();
}

}  // namespace paddock::znode
