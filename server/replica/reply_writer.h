// ReplyWriter: puts frames into a connection's output and counts them. A frame is written in place: no bytes
// are copied between the tree and the output.
#pragma once

#include <cstdint>

#include "protocol/base/error_code.h"
#include "protocol/jute/endian.h"
#include "protocol/jute/writer.h"
#include "server/replica/client_table.h"

namespace paddock::replica {

class ReplyWriter {
 public:
  // Both must outlive the writer.
  ReplyWriter(ClientTable& clients, ServerCounters& counters) : clients_(clients), counters_(counters) {}

  // A reply whose body `fill(jute::Writer&)` appends; it returns the header's err.
  template <class Fill>
  void reply(ClientConnection& to, const Asked& asked, Zxid zxid, Instant now, Fill&& fill) {
    reply_at_once(to, asked.xid, zxid, fill);
    count_answer(to, asked, zxid, now);
  }
  // The same without a body.
  void header(ClientConnection& to, const Asked& asked, Zxid zxid, Instant now, ErrorCode err);

  // Outside of the pipeline (auth, sasl, refusals): not part of the latencies.
  template <class Fill>
  void reply_at_once(ClientConnection& to, Xid xid, Zxid zxid, Fill&& fill) {
    jute::Writer writer(clients_.output(to));
    const size_t start = begin(writer, xid, zxid);
    set_err(writer, start, fill(writer));
    end(to, writer, start);
  }
  void header_at_once(ClientConnection& to, Xid xid, Zxid zxid, ErrorCode err);

  // A notification or connect response, encoded already and with its length.
  void frame(ClientConnection& to, std::string_view framed);

  void count_answer(ClientConnection& to, const Asked& asked, Zxid zxid, Instant now);

 private:
  static size_t begin(jute::Writer& writer, Xid xid, Zxid zxid);
  static void set_err(jute::Writer& writer, size_t start, ErrorCode err) {
    constexpr size_t kErrAt = 4 + 4 + 8;  // behind length, xid and zxid
    jute::store_int(writer.out().data() + start + kErrAt, static_cast<int32_t>(err));
  }
  void end(ClientConnection& to, jute::Writer& writer, size_t start);

  ClientTable& clients_;
  ServerCounters& counters_;
};

}  // namespace paddock::replica
