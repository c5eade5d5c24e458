#include "client/session/frames.h"

#include "protocol/jute/codec.h"

namespace paddock::client {

void append_request(std::string& out, int32_t xid, OpCode type, std::string_view body) {
  jute::Writer writer(out);
  const size_t start = writer.begin_frame();
  jute::encode(writer, RequestHeader{xid, static_cast<int32_t>(type)});
  writer.write_raw(body);
  writer.end_frame(start);
}

void append_connect(std::string& out, const ConnectRequest& request) {
  jute::Writer writer(out);
  const size_t start = writer.begin_frame();
  jute::encode(writer, request);
  writer.end_frame(start);
}

}  // namespace paddock::client
