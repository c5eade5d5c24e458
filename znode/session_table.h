// SessionTable: the sessions as the ensemble knows them, each with the timeout of its createSession, and an
// order-free hash of them all.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "znode/change_log.h"

namespace paddock::znode {

uint64_t session_hash_share(int64_t session, int32_t timeout_ms);

class SessionTable {
 public:
  // `changes` must outlive the table.
  explicit SessionTable(ChangeLog& changes) : changes_(changes) {}

  // Inserts or overwrites.
  void set(int64_t session, int32_t timeout_ms);
  void erase(int64_t session);

  const std::unordered_map<int64_t, int32_t>& timeouts_ms() const { return timeouts_ms_; }
  uint64_t hash() const { return hash_; }

 private:
  ChangeLog& changes_;
  std::unordered_map<int64_t, int32_t> timeouts_ms_;
  uint64_t hash_ = 0;
};

}  // namespace paddock::znode
