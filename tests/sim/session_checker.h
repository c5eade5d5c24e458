// SessionChecker: sessions as the committed log shows them.
//   C2  of one session's writes that took effect, a later request never comes before an earlier one, and none
//   comes
//       twice
//   C7  an ephemeral node has a living owner, and goes with it
//   C9  a session that has ended is never revived, and changes nothing any more
//   C11 suffixes of sequential nodes increase below a parent
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "protocol/base/ids.h"
#include "tests/sim/chronicle.h"

namespace paddock::sim {

// What names of sequential nodes begin with in a simulation; no other node's name does.
inline constexpr std::string_view kSequential = "s-";

class SessionChecker {
 public:
  // `local_sessions`: who has not begun may write, too, as a session that only its own server knows.
  explicit SessionChecker(const Chronicle& chronicle, bool local_sessions = false)
      : chronicle_(&chronicle), local_sessions_(local_sessions) {}

  // The chronicle's newest entry.
  void committed(const Committed& entry);

  bool open(SessionId session) const {
    const auto found = sessions_.find(session);
    return found != sessions_.end() && found->second.begun && found->second.open;
  }
  bool ended(SessionId session) const {
    const auto found = sessions_.find(session);
    return found != sessions_.end() && found->second.begun && !found->second.open;
  }

 private:
  struct Session {
    bool begun = false;
    bool open = true;
    int32_t last_cxid = 0;
  };
  bool may_write(SessionId session) const {
    return open(session) ||
           (local_sessions_ && (!sessions_.contains(session) || !sessions_.at(session).begun));
  }
  void check_touched(const Committed& entry);
  void check_suffix(const std::string& path, const client::StatPersisted& stat);

  const Chronicle* chronicle_;
  bool local_sessions_;
  std::map<SessionId, Session> sessions_;
  std::map<std::string, int64_t> owners_;  // of ephemeral nodes
  struct Suffix {
    int64_t parent_czxid = 0;
    int64_t highest = -1;
  };
  std::map<std::string, Suffix> suffixes_;  // by parent
};

}  // namespace paddock::sim
