#include "server/replica/reply_writer.h"

namespace paddock::replica {

size_t ReplyWriter::begin(jute::Writer& writer, Xid xid, Zxid zxid) {
  const size_t start = writer.begin_frame();
  writer.write_int(xid.value);
  writer.write_long(zxid.value);
  writer.write_int(static_cast<int32_t>(ErrorCode::ok));
  return start;
}

void ReplyWriter::end(ClientConnection& to, jute::Writer& writer, size_t start) {
  writer.end_frame(start);
  ++to.counters.sent;
  ++counters_.sent;
  counters_.response_size.add(static_cast<int64_t>(writer.out().size() - start));
}

void ReplyWriter::header(ClientConnection& to, const Asked& asked, Zxid zxid, Instant now, ErrorCode err) {
  reply(to, asked, zxid, now, [err](jute::Writer&) { return err; });
}

void ReplyWriter::header_at_once(ClientConnection& to, Xid xid, Zxid zxid, ErrorCode err) {
  reply_at_once(to, xid, zxid, [err](jute::Writer&) { return err; });
}

void ReplyWriter::frame(ClientConnection& to, std::string_view framed) {
  clients_.output(to).append(framed);
  ++to.counters.sent;
  ++counters_.sent;
}

void ReplyWriter::count_answer(ClientConnection& to, const Asked& asked, Zxid zxid, Instant now) {
  const int64_t latency_ms = now.ms() - asked.received.ms();
  ConnectionCounters& counters = to.counters;
  if (asked.xid.value >= 0) counters.last_xid = asked.xid.value;
  counters.last_zxid = zxid.value;
  counters.last_op = asked.type;
  counters.last_response = now;
  counters.latency.add(latency_ms);
  counters_.latency.add(latency_ms);
}

}  // namespace paddock::replica
