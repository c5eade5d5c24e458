// What a walk over a log has found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::inspect {

struct LogNote {
  enum class Kind {
    torn,      // a write that was cut short; the end of what counts in its file. Legal
    gap,       // zxids are missing. Legal where a snapshot was taken over in between
    repeated,  // a zxid comes again, or a lower one. A Java follower does that when it leaves before UPTODATE
    damage,    // something that was written whole is not any more. Nothing behind it is looked at
  };
  Kind kind = Kind::damage;
  std::string file;
  uint64_t offset = 0;
  Zxid behind;  // the last transaction before
  std::string text;
};

struct LogReport {
  size_t files = 0;
  uint64_t transactions = 0;
  std::optional<Zxid> base;       // what the log follows, as Paddock's says
  Zxid first;                     // 0 if there is none
  Zxid last;                      // the highest
  std::optional<Zxid> committed;  // as Paddock's groups note it
  std::vector<LogNote> notes;     // in the order of the log; damage last

  // Null without damage.
  const LogNote* damage() const {
    return !notes.empty() && notes.back().kind == LogNote::Kind::damage ? &notes.back() : nullptr;
  }
};

}  // namespace paddock::inspect
