#include "client/wire.h"

#include "protocol/client/multi.h"
#include "protocol/jute/codec.h"

namespace paddock::client::wire {
namespace {

Buffer buffer_of(const NewData& data) {
  return data ? Buffer(*data) : Buffer();
}

bool has_ttl(CreateMode mode) {
  return mode == CreateMode::persistent_ttl || mode == CreateMode::persistent_sequential_ttl;
}

MultiOp to_record(const TxnOp& op, const std::string& path, Vector<Acl> acl) {
  switch (op.type) {
    case OpCode::create: {
      const auto flags = static_cast<int32_t>(op.create.mode);
      const OpCode type = create_type(op.create.mode);
      if (type == OpCode::create_ttl) {
        return {type, CreateTtlRequest{path, buffer_of(op.data), std::move(acl), flags, op.create.ttl_ms}};
      }
      return {type, CreateRequest{path, buffer_of(op.data), std::move(acl), flags}};
    }
    case OpCode::remove:
      return {op.type, DeleteRequest{path, op.version}};
    case OpCode::set_data:
      return {op.type, SetDataRequest{path, buffer_of(op.data), op.version}};
    default:
      return {OpCode::check, CheckVersionRequest{path, op.version}};
  }
}

TxnResult from_record(const MultiResult& result, const Chroot& chroot) {
  TxnResult out{result.type, ErrorCode::ok, {}, {}};
  if (const auto* created = std::get_if<CreateResponse>(&result.body)) {
    out.path = chroot.to_client(created->path.view());
  } else if (const auto* created2 = std::get_if<Create2Response>(&result.body)) {
    out.path = chroot.to_client(created2->path.view());
    out.stat = created2->stat;
  } else if (const auto* set = std::get_if<StatResponse>(&result.body)) {
    out.stat = set->stat;
  } else if (const auto* failure = std::get_if<ErrorResponse>(&result.body)) {
    out.err = static_cast<ErrorCode>(failure->err);
  }
  return out;
}

}  // namespace

Vector<Acl> to_records(const std::vector<OwnedAcl>& acl) {
  Vector<Acl> records;
  for (const OwnedAcl& entry : acl) records.items.push_back(Acl{entry.perms, Id{entry.scheme, entry.id}});
  return records;
}

std::vector<OwnedAcl> from_records(const Vector<Acl>& records) {
  std::vector<OwnedAcl> acl;
  for (const Acl& record : records) acl.push_back({record.perms, record.id.scheme.str(), record.id.id.str()});
  return acl;
}

OpCode create_type(CreateMode mode) {
  if (has_ttl(mode)) return OpCode::create_ttl;
  return mode == CreateMode::container ? OpCode::create_container : OpCode::create2;
}

std::string encode_create(const std::string& server_path, const NewData& data, const CreateOptions& options) {
  const auto flags = static_cast<int32_t>(options.mode);
  if (has_ttl(options.mode)) {
    return jute::encoded(
        CreateTtlRequest{server_path, buffer_of(data), to_records(options.acl), flags, options.ttl_ms});
  }
  return jute::encoded(CreateRequest{server_path, buffer_of(data), to_records(options.acl), flags});
}

std::string encode_set(const std::string& server_path, const NewData& data, int32_t version) {
  return jute::encoded(SetDataRequest{server_path, buffer_of(data), version});
}

std::string encode_transaction(const std::vector<TxnOp>& ops, const Chroot& chroot) {
  std::vector<std::string> paths;
  for (const TxnOp& op : ops) paths.push_back(chroot.to_server(op.path));
  std::vector<MultiOp> records;
  for (size_t i = 0; i < ops.size(); ++i) {
    records.push_back(to_record(ops[i], paths[i], to_records(ops[i].create.acl)));
  }
  std::string body;
  jute::Writer writer(body);
  encode_multi(writer, records);
  return body;
}

std::optional<Outcome<std::vector<TxnResult>>> decode_transaction(std::string_view body,
                                                                  const Chroot& chroot) {
  jute::Reader reader(body);
  std::vector<MultiResult> records;
  if (!decode_multi_results(reader, records)) return std::nullopt;
  Outcome<std::vector<TxnResult>> outcome;
  for (const MultiResult& record : records) {
    outcome.value.push_back(from_record(record, chroot));
    const ErrorCode err = outcome.value.back().err;
    if (outcome.err == ErrorCode::ok) outcome.err = err;
  }
  return outcome;
}

}  // namespace paddock::client::wire
