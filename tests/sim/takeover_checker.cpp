#include "tests/sim/takeover_checker.h"

#include <iterator>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void TakeoverChecker::asked(uint64_t stay, SessionId session, int32_t cxid) {
  dealings_[{session, stay}].effects[cxid] = {};
  stays_[{session, cxid}] = stay;
}

void TakeoverChecker::answers(uint64_t stay, SessionId session, int32_t cxid, Zxid zxid) {
  Dealings& dealings = dealings_[{session, stay}];
  dealings.answers[cxid] = zxid;
  // Effects come in the order of the requests, so the last one below is the latest.
  auto below = std::make_reverse_iterator(dealings.effects.lower_bound(cxid));
  while (below != dealings.effects.rend() && below->second == Zxid{}) ++below;
  if (below == dealings.effects.rend()) return;
  require(below->second <= zxid, "C2",
          "request {} of session {:#x} is answered at {}, and its request {} took effect at {}", cxid,
          session.value, text(zxid), below->first, text(below->second));
}

void TakeoverChecker::committed(const Committed& entry) {
  if (!entry.effective) return;
  const auto stay = stays_.find({entry.session, entry.cxid});
  if (stay == stays_.end()) return;
  Dealings& dealings = dealings_[{entry.session, stay->second}];
  dealings.effects[entry.cxid] = entry.zxid;
  const auto later = dealings.answers.upper_bound(entry.cxid);
  if (later == dealings.answers.end()) return;
  require(later->second >= entry.zxid, "C2",
          "request {} of session {:#x} takes effect at {}, and its request {} was answered at {}", entry.cxid,
          entry.session.value, text(entry.zxid), later->first, text(later->second));
}

}  // namespace paddock::sim
