// What a client is told of its write, once the transaction is applied.
#include <algorithm>

#include "protocol/client/multi.h"
#include "protocol/jute/codec.h"
#include "znode/state.h"

namespace paddock::znode {
namespace {

using client::MultiHeader;
using client::OpCode;

void write_part_header(OpCode type, ErrorCode err, jute::Writer& body) {
  jute::encode(body, MultiHeader{static_cast<int32_t>(type), false, static_cast<int32_t>(err)});
}

// All of a failed multi's operations are answered as errors, those before the failure with code 0.
void write_failed_part(const OpResult& part, jute::Writer& body) {
  write_part_header(OpCode::error, part.err, body);
  jute::encode(body, client::ErrorResponse{static_cast<int32_t>(part.err)});
}

void write_part(const OpResult& part, jute::Writer& body) {
  switch (part.type) {
    case OpCode::create:
      write_part_header(OpCode::create, ErrorCode::ok, body);
      return jute::encode(body, client::CreateResponse{part.path});
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      write_part_header(OpCode::create2, ErrorCode::ok, body);
      return jute::encode(body, client::Create2Response{part.path, part.stat});
    case OpCode::set_data:
      write_part_header(OpCode::set_data, ErrorCode::ok, body);
      return jute::encode(body, client::StatResponse{part.stat});
    default:
      return write_part_header(part.type, ErrorCode::ok, body);
  }
}

ErrorCode write_multi(const ApplyResult& result, jute::Writer& body) {
  const auto failed = [](const OpResult& part) { return part.err != ErrorCode::ok; };
  const auto moved = [](const OpResult& part) { return part.err == ErrorCode::session_moved; };
  if (std::any_of(result.parts.begin(), result.parts.end(), moved)) return ErrorCode::session_moved;
  const bool any_failed = std::any_of(result.parts.begin(), result.parts.end(), failed);
  for (const OpResult& part : result.parts) {
    if (any_failed) {
      write_failed_part(part, body);
    } else {
      write_part(part, body);
    }
  }
  client::encode_multi_end(body);
  return ErrorCode::ok;
}

void write_config(const ApplyResult& result, const State& state, jute::Writer& body) {
  const NodeIndex node = state.tree().find(kConfigNode);
  const jute::Buffer text = node == kNoNode ? jute::Buffer() : state.tree().data(node);
  jute::encode(body, client::GetDataResponse{text, result.op.stat});
}

}  // namespace

ErrorCode write_reply(OpCode asked, const ApplyResult& result, const State& state, jute::Writer& body) {
  if (result.op.type == OpCode::multi) return write_multi(result, body);
  if (result.op.err != ErrorCode::ok) return result.op.err;
  switch (asked) {
    case OpCode::create:
      jute::encode(body, client::CreateResponse{result.op.path});
      break;
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
      jute::encode(body, client::Create2Response{result.op.path, result.op.stat});
      break;
    case OpCode::set_data:
    case OpCode::set_acl:
      jute::encode(body, client::StatResponse{result.op.stat});
      break;
    case OpCode::reconfig:
      write_config(result, state, body);
      break;
    default:
      break;  // delete, deleteContainer, closeSession: a header says it all
  }
  return ErrorCode::ok;
}

}  // namespace paddock::znode
