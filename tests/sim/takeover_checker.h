// TakeoverChecker: C2 over connections. What a session asked of a server on an earlier connection, and takes
// effect at all, took effect before what it is answered there on a later one: as long as that server serves
// on. On another server there is no such order: what the first one was asked may be under way.
//
// Requests and answers are as the server sees them, its stays in office (one role, one epoch) numbered by the
// caller.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "protocol/base/ids.h"
#include "tests/sim/chronicle.h"

namespace paddock::sim {

class TakeoverChecker {
 public:
  // A write reaches the server.
  void asked(uint64_t stay, SessionId session, int32_t cxid);
  // The server answers any request.
  void answers(uint64_t stay, SessionId session, int32_t cxid, Zxid zxid);
  void committed(const Committed& entry);

 private:
  // What one session has of one server, by the requests' numbers.
  struct Dealings {
    std::map<int32_t, Zxid> effects;  // of the writes asked for; none yet: 0
    std::map<int32_t, Zxid> answers;
  };
  std::map<std::pair<SessionId, uint64_t>, Dealings> dealings_;
  std::map<std::pair<SessionId, int32_t>, uint64_t> stays_;  // where a write was asked for
};

}  // namespace paddock::sim
