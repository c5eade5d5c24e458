#include "protocol/client/multi.h"

#include "protocol/jute/codec.h"

namespace paddock::client {
namespace {

enum class Group { neither, write, read };

Group group_of(OpCode type) {
  switch (type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
    case OpCode::create_ttl:
    case OpCode::remove:
    case OpCode::set_data:
    case OpCode::check:
      return Group::write;
    case OpCode::get_data:
    case OpCode::get_children:
      return Group::read;
    default:
      return Group::neither;
  }
}

template <class Record, class Body>
bool decode_as(jute::Reader& reader, Body& body) {
  return jute::decode(reader, body.template emplace<Record>());
}

// False for a type that has no place in a multi.
bool decode_op(jute::Reader& reader, MultiOp& op) {
  switch (op.type) {
    case OpCode::create:
    case OpCode::create2:
    case OpCode::create_container:
      return decode_as<CreateRequest>(reader, op.body);
    case OpCode::create_ttl:
      return decode_as<CreateTtlRequest>(reader, op.body);
    case OpCode::remove:
      return decode_as<DeleteRequest>(reader, op.body);
    case OpCode::set_data:
      return decode_as<SetDataRequest>(reader, op.body);
    case OpCode::check:
      return decode_as<CheckVersionRequest>(reader, op.body);
    case OpCode::get_data:
    case OpCode::get_children:
      return decode_as<PathWatchRequest>(reader, op.body);
    default:
      return false;
  }
}

bool decode_result(jute::Reader& reader, MultiResult& result) {
  switch (result.type) {
    case OpCode::create:
      return decode_as<CreateResponse>(reader, result.body);
    case OpCode::create2:
      return decode_as<Create2Response>(reader, result.body);
    case OpCode::set_data:
      return decode_as<StatResponse>(reader, result.body);
    case OpCode::get_data:
      return decode_as<GetDataResponse>(reader, result.body);
    case OpCode::get_children:
      return decode_as<GetChildrenResponse>(reader, result.body);
    case OpCode::error:
      return decode_as<ErrorResponse>(reader, result.body);
    case OpCode::remove:
    case OpCode::check:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool decode_multi(jute::Reader& reader, std::vector<MultiOp>& ops) {
  ops.clear();
  Group group = Group::neither;
  for (;;) {
    MultiHeader header;
    if (!jute::decode(reader, header)) return false;
    if (header.done) return true;
    const auto type = static_cast<OpCode>(header.type);
    if (group == Group::neither) group = group_of(type);
    if (group == Group::neither || group_of(type) != group) return false;
    ops.push_back(MultiOp{type, {}});
    if (!decode_op(reader, ops.back())) return false;
  }
}

void encode_multi(jute::Writer& writer, const std::vector<MultiOp>& ops) {
  for (const MultiOp& op : ops) {
    jute::encode(writer, MultiHeader{static_cast<int32_t>(op.type), false, -1});
    std::visit([&](const auto& record) { jute::encode(writer, record); }, op.body);
  }
  encode_multi_end(writer);
}

bool decode_multi_results(jute::Reader& reader, std::vector<MultiResult>& results) {
  results.clear();
  for (;;) {
    MultiHeader header;
    if (!jute::decode(reader, header)) return false;
    if (header.done) return true;
    results.push_back(MultiResult{static_cast<OpCode>(header.type), {}});
    if (!decode_result(reader, results.back())) return false;
  }
}

void encode_multi_results(jute::Writer& writer, const std::vector<MultiResult>& results) {
  for (const MultiResult& result : results) {
    const auto* failure = std::get_if<ErrorResponse>(&result.body);
    jute::encode(writer, MultiHeader{static_cast<int32_t>(result.type), false, failure ? failure->err : 0});
    std::visit(
        [&]<class Record>(const Record& record) {
          if constexpr (!std::same_as<Record, std::monostate>) jute::encode(writer, record);
        },
        result.body);
  }
  encode_multi_end(writer);
}

void encode_multi_end(jute::Writer& writer) {
  jute::encode(writer, MultiHeader{-1, true, -1});
}

}  // namespace paddock::client
