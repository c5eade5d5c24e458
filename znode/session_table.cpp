#include "znode/session_table.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "protocol/jute/endian.h"

namespace paddock::znode {
uint64_t session_hash_share(int64_t session, int32_t timeout_ms) {
  char bytes[12];
  jute::store_long(bytes, session);
  jute::store_int(bytes + 8, timeout_ms);
  return XXH3_64bits(bytes, sizeof bytes);
}

void SessionTable::set(int64_t session, int32_t timeout_ms) {
  const auto [entry, is_new] = timeouts_ms_.try_emplace(session, timeout_ms);
  if (!is_new) hash_ -= session_hash_share(session, entry->second);
  entry->second = timeout_ms;
  hash_ += session_hash_share(session, timeout_ms);
  changes_.session_changed(session);
}

void SessionTable::erase(int64_t session) {
  const auto entry = timeouts_ms_.find(session);
  if (entry == timeouts_ms_.end()) return;
  hash_ -= session_hash_share(session, entry->second);
  timeouts_ms_.erase(entry);
  changes_.session_changed(session);
}

}  // namespace paddock::znode
