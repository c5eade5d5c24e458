// multi and multiRead (spec/client-protocol.md section 9): a sequence of headers and records, closed by a
// header with done set. Decoding keeps what was sent; what a flag turns a type into is the state machine's
// business (znode/prepare.h).
#pragma once

#include <variant>
#include <vector>

#include "protocol/client/opcode.h"
#include "protocol/client/records.h"
#include "protocol/jute/reader.h"
#include "protocol/jute/writer.h"

namespace paddock::client {

// One operation of a request. `type` is the header's.
struct MultiOp {
  OpCode type = OpCode::error;
  std::variant<CreateRequest, CreateTtlRequest, DeleteRequest, SetDataRequest, CheckVersionRequest,
               PathWatchRequest>
      body;
  friend bool operator==(const MultiOp&, const MultiOp&) = default;
};

// The operations up to the closing header. False if an inner type is none of section 9's table (so a nested
// multi is refused by name), if reads and writes are mixed, if a record is malformed or the closing header is
// missing. Reading stops at the closing header; what follows it is ignored.
bool decode_multi(jute::Reader& reader, std::vector<MultiOp>& ops);
void encode_multi(jute::Writer& writer, const std::vector<MultiOp>& ops);

// One result of a reply; ErrorResponse stands for a failure, monostate for delete and check.
struct MultiResult {
  OpCode type = OpCode::error;
  std::variant<std::monostate, CreateResponse, Create2Response, StatResponse, GetDataResponse,
               GetChildrenResponse, ErrorResponse>
      body;
  friend bool operator==(const MultiResult&, const MultiResult&) = default;
};

bool decode_multi_results(jute::Reader& reader, std::vector<MultiResult>& results);
void encode_multi_results(jute::Writer& writer, const std::vector<MultiResult>& results);
// The header that closes requests and replies alike.
void encode_multi_end(jute::Writer& writer);

}  // namespace paddock::client
