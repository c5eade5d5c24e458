// LargeAnswers: answers that their client may not be able to take.
//
// A client of ZooKeeper's library that is sent more than its own jute.maxbuffer closes its connection, comes
// back with its session and asks again, for ever; all that it says is that it lost its connection. ZooKeeper
// sends the same answer each time. Here a session that has lost two connections in a row soon after such an
// answer gets an error instead of the next one, which its library hands to whoever asked. How much a client
// takes cannot be known before: most of them take any size.
//
// Owner: Core.
#pragma once

#include <cstddef>
#include <unordered_map>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/replica/remark.h"

namespace paddock::replica {

struct AnswerLimits {
  size_t usual_bytes = 0xfffff;  // jute.maxbuffer: what a client takes that was not told otherwise
  size_t max_bytes = 64u << 20;  // no answer is larger, whoever asks
};

class LargeAnswers {
 public:
  explicit LargeAnswers(const AnswerLimits& limits) : limits_(limits) {}

  size_t usual_bytes() const { return limits_.usual_bytes; }
  bool is_large(size_t bytes) const { return bytes >= limits_.usual_bytes; }
  // What the answer to such a request may never exceed.
  size_t max_bytes(client::OpCode type) const;
  // But for `sent`, an error is to be answered instead.
  LargeAnswer::Outcome outcome_of(SessionId session, client::OpCode type, size_t bytes) const;
  // Requires: is_large(bytes).
  void sent(SessionId session, ConnectionId connection, size_t bytes, Instant now);
  // The client ended the connection.
  void connection_lost(SessionId session, ConnectionId connection, Instant now);

 private:
  struct Past {
    ConnectionId connection;  // that large answers were sent on last
    Instant first_sent;       // on it
    size_t least_sent = 0;    // on it
    int lost = 0;             // connections in a row
    size_t least_lost = 0;    // what was sent on one of them
  };

  const AnswerLimits limits_;
  std::unordered_map<SessionId, Past> sessions_;
};

}  // namespace paddock::replica
