#include "tests/sim/log_checker.h"

#include <utility>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

uint64_t hash_of(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

void LogChecker::appended(ServerId server, Zxid previous, bool known, Zxid zxid, std::string_view txn) {
  require(zxid > previous, "Z5", "s{} logs {} behind {}", server.value, text(zxid), text(previous));
  const bool next = zxid == previous.next() && zxid.counter() > 1;
  require(next || zxid.counter() == 1, "Z4", "s{} logs {} behind {}: a gap", server.value, text(zxid),
          text(previous));
  require(next || zxid.epoch() > previous.epoch() || previous.counter() == 0, "Z4", "s{} logs {} behind {}",
          server.value, text(zxid), text(previous));
  Entry& entry = entries_[zxid];
  const uint64_t content = hash_of(txn);
  if (entry.first_seen == ServerId{}) entry = {content, previous, known, server};
  require(entry.content == content, "Z1",
          "{} is one transaction in the log of s{} and another in that of s{}", text(zxid),
          entry.first_seen.value, server.value);
  if (!known) return;
  if (!std::exchange(entry.previous_known, true)) entry.previous = previous;
  require(entry.previous == previous, "Z9", "{} follows {} in the log of s{} and {} in that of s{}",
          text(zxid), text(entry.previous), entry.first_seen.value, text(previous), server.value);
}

}  // namespace paddock::sim
