#include "znode/loggable.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::znode {
namespace {

using client::CreateMode;
using client::OpCode;

template <class Record>
ErrorCode check_record(std::string_view body) {
  jute::Reader reader(body);
  return jute::skip<Record>(reader) ? ErrorCode::ok : ErrorCode::marshalling_error;
}

// Without a TTL flag and with a negative ttl ZooKeeper logs what no server can apply; with any other ttl it
// gives the answer that is given here.
ErrorCode check_create_ttl(std::string_view body) {
  const auto request = jute::decoded<client::CreateTtlRequest>(body);
  if (!request) return ErrorCode::marshalling_error;
  const auto mode = static_cast<CreateMode>(request->flags);
  const bool is_ttl = mode == CreateMode::persistent_ttl || mode == CreateMode::persistent_sequential_ttl;
  return is_ttl ? ErrorCode::ok : ErrorCode::bad_arguments;
}

ErrorCode check_multi(std::string_view body) {
  jute::Reader reader(body);
  std::vector<client::MultiOp> ops;
  if (!client::decode_multi(reader, ops)) return ErrorCode::marshalling_error;
  const bool has_null_path = std::any_of(ops.begin(), ops.end(), [](const client::MultiOp& op) {
    return std::visit([](const auto& record) { return record.path.is_null(); }, op.body);
  });
  return has_null_path ? ErrorCode::marshalling_error : ErrorCode::ok;
}

}  // namespace

ErrorCode check_loggable(OpCode type, std::string_view body) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
      return check_record<client::CreateRequest>(body);
    case OpCode::create_ttl:
      return check_create_ttl(body);
    case OpCode::remove:
      return check_record<client::DeleteRequest>(body);
    case OpCode::set_data:
      return check_record<client::SetDataRequest>(body);
    case OpCode::set_acl:
      return check_record<client::SetAclRequest>(body);
    case OpCode::multi:
      return check_multi(body);
    case OpCode::reconfig:
      return check_record<client::ReconfigRequest>(body);
    case OpCode::check:
      return ErrorCode::unimplemented;
    default:
      return ErrorCode::ok;
  }
}

}  // namespace paddock::znode
