// LogChecker: what servers put into their logs (reference/reliability.md section 3). Committed or not, an
// entry has one content and one predecessor wherever it stands; so two logs that share an entry share all
// before it.
//   Z1  one zxid, one transaction
//   Z4  within an epoch counters are 1, 2, 3, ...
//   Z9  what follows an entry in one log follows it in every log (log matching)
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "protocol/base/ids.h"

namespace paddock::sim {

class LogChecker {
 public:
  // `txn` was put behind `previous`. `known`: `previous` is an entry, not the position of a snapshot.
  void appended(ServerId server, Zxid previous, bool known, Zxid zxid, std::string_view txn);

 private:
  struct Entry {
    uint64_t content = 0;
    Zxid previous;
    bool previous_known = false;
    ServerId first_seen;
  };
  std::map<Zxid, Entry> entries_;
};

}  // namespace paddock::sim
