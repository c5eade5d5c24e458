#include "server/replica/large_answers.h"

#include <algorithm>

namespace paddock::replica {
namespace {

// One may be an accident.
constexpr int kLostBeforeRefusal = 2;
// A client that cannot take an answer ends its connection at once.
constexpr int64_t kSoonMs = 5000;
// It is as long as a client likes, and nobody is served meanwhile.
constexpr size_t kMultiReadFactor = 16;
// Clients decide how many sessions there are. Beyond this all are given another chance.
constexpr size_t kMaxSessions = 1000;

}  // namespace

size_t LargeAnswers::max_bytes(client::OpCode type) const {
  if (type != client::OpCode::multi_read) return limits_.max_bytes;
  return std::min(limits_.max_bytes, kMultiReadFactor * limits_.usual_bytes);
}

LargeAnswer::Outcome LargeAnswers::outcome_of(SessionId session, client::OpCode type, size_t bytes) const {
  if (bytes > max_bytes(type)) return LargeAnswer::Outcome::above_maximum;
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return LargeAnswer::Outcome::sent;
  const bool again = found->second.lost >= kLostBeforeRefusal && bytes >= found->second.least_lost;
  return again ? LargeAnswer::Outcome::refused : LargeAnswer::Outcome::sent;
}

void LargeAnswers::sent(SessionId session, ConnectionId connection, size_t bytes, Instant now) {
  if (sessions_.size() >= kMaxSessions && !sessions_.contains(session)) sessions_.clear();
  Past& past = sessions_[session];
  if (past.connection != connection) {
    past.connection = connection;
    past.first_sent = now;
    past.least_sent = bytes;
  }
  past.least_sent = std::min(past.least_sent, bytes);
}

void LargeAnswers::connection_lost(SessionId session, ConnectionId connection, Instant now) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end() || found->second.connection != connection) return;
  Past& past = found->second;
  if (now > past.first_sent.plus_ms(kSoonMs)) {
    sessions_.erase(found);
    return;
  }
  past.least_lost = past.lost == 0 ? past.least_sent : std::min(past.least_lost, past.least_sent);
  ++past.lost;
}

}  // namespace paddock::replica
