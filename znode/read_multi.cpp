// multiRead: reads that are answered one by one, whatever became of the others.
#include "protocol/client/multi.h"
#include "protocol/jute/codec.h"
#include "znode/reading.h"

namespace paddock::znode {
namespace {

using client::MultiHeader;
using client::OpCode;

void write_failure(ErrorCode err, jute::Writer& body) {
  const auto code = static_cast<int32_t>(err);
  jute::encode(body, MultiHeader{static_cast<int32_t>(OpCode::error), false, code});
  jute::encode(body, client::ErrorResponse{code});
}

// Answers one operation, or appends nothing and returns marshalling_error: a write, or a null path.
ErrorCode answer_part(Reading& reading, const client::MultiOp& op) {
  const auto* request = std::get_if<client::PathWatchRequest>(&op.body);
  if (request == nullptr) return ErrorCode::marshalling_error;
  const size_t before = reading.body.out().size();
  jute::encode(reading.body, MultiHeader{static_cast<int32_t>(op.type), false, 0});
  const client::PathWatchRequest unwatched{request->path, false};
  const ErrorCode err =
      op.type == OpCode::get_data ? read_data(reading, unwatched) : read_children(reading, unwatched);
  if (err == ErrorCode::ok) return err;
  reading.body.out().resize(before);
  if (err == ErrorCode::marshalling_error) return err;
  write_failure(err, reading.body);
  return ErrorCode::ok;
}

}  // namespace

// When an operation makes ZooKeeper throw, the reply has an error and yet a body: what was built up to then.
ErrorCode read_multi(Reading& reading) {
  jute::Reader reader(reading.request.body);
  std::vector<client::MultiOp> ops;
  if (!client::decode_multi(reader, ops)) return ErrorCode::marshalling_error;
  const NodeLimits& limits = reading.state.options().limits;
  if (is_over(limits.multi_operations, static_cast<int64_t>(ops.size()))) return ErrorCode::bad_arguments;
  const size_t begin = reading.body.out().size();
  ErrorCode err = ErrorCode::ok;
  for (const client::MultiOp& op : ops) {
    err = answer_part(reading, op);
    if (err != ErrorCode::ok || reading.body.out().size() - begin > reading.request.max_bytes) break;
  }
  client::encode_multi_end(reading.body);
  return err;
}

}  // namespace paddock::znode
