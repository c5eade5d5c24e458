#include "tests/sim/staleness_checker.h"

#include <algorithm>

#include "tests/sim/violation.h"

namespace paddock::sim {

Instant StalenessChecker::last_heard(ServerId server, ServerId peer) const {
  const auto since = since_.find(server);
  Instant last = since == since_.end() ? Instant{} : since->second;
  const auto peers = heard_.find(server);
  if (peers == heard_.end()) return last;
  const auto heard = peers->second.find(peer);
  return heard == peers->second.end() ? last : std::max(last, heard->second);
}

void StalenessChecker::learner_serves(ServerId server, ServerId leader, Instant now) const {
  const Instant last = last_heard(server, leader);
  require(now <= last.plus_ms(learner_limit_ms_), "C5",
          "s{} serves {} ms after it has heard from its leader s{}", server.value,
          (now.ns - last.ns) / 1'000'000, leader.value);
}

void StalenessChecker::leader_serves(ServerId server, Instant now) const {
  const auto since = since_.find(server);
  if (since != since_.end() && now <= since->second.plus_ms(leader_limit_ms_)) return;
  std::set<ServerId> in_touch{server};
  if (const auto peers = heard_.find(server); peers != heard_.end()) {
    for (const auto& [peer, heard] : peers->second) {
      if (now <= heard.plus_ms(leader_limit_ms_)) in_touch.insert(peer);
    }
  }
  require(is_quorum_(server, in_touch), "C5", "s{} serves as leader, and has heard of {} servers within {} ms",
          server.value, in_touch.size() - 1, leader_limit_ms_);
}

void StalenessChecker::ended(ServerId server) {
  heard_.erase(server);
  since_.erase(server);
}

}  // namespace paddock::sim
