#include "tests/sim/mandate_checker.h"

#include "tests/sim/config_history.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void MandateChecker::offers(ServerId leader, uint32_t epoch, Standing standing) {
  candidacies_[{leader, epoch}].own = standing;
}

void MandateChecker::promises(ServerId server, ServerId leader, uint32_t epoch, Standing standing) {
  candidacies_[{leader, epoch}].promises[server] = standing;
}

MandateChecker::Servers MandateChecker::electors_of(ServerId leader, uint32_t epoch,
                                                    const Candidacy& candidacy) const {
  Servers electors{leader}, ahead;
  for (const auto& [server, standing] : candidacy.promises) {
    (standing.is_ahead_of(candidacy.own) ? ahead : electors).insert(server);
  }
  const auto pending = find_pending_(leader, epoch);
  if (!pending) return electors;
  Servers holders;
  for (const auto& [server, member] : pending->before.members) {
    const auto promise = candidacy.promises.find(server);
    const bool promised = electors.contains(server) && promise != candidacy.promises.end();
    if (!promised || promise->second.may_hold(pending->reconfig)) holders.insert(server);
    if (!member.observer) ahead.erase(server);
  }
  if (!is_quorum(pending->before, holders)) electors.merge(ahead);
  return electors;
}

void MandateChecker::synchronizes(ServerId leader, uint32_t epoch) {
  Candidacy& candidacy = candidacies_[{leader, epoch}];
  if (candidacy.has_mandate) return;
  const Servers electors = electors_of(leader, epoch, candidacy);
  require(is_quorum_(leader, epoch, electors), "Z7",
          "s{} synchronises in epoch {}, which {} servers have promised that were not ahead of it",
          leader.value, epoch, electors.size());
  candidacy.has_mandate = true;
}

void MandateChecker::activates(ServerId leader, uint32_t epoch) const {
  const auto found = holding_.find(epoch);
  Servers holding = found == holding_.end() ? Servers{} : found->second;
  holding.insert(leader);
  require(is_quorum_(leader, epoch, holding), "Z7",
          "s{} has itself followed in epoch {}, and {} servers hold its initial history", leader.value, epoch,
          holding.size());
}

}  // namespace paddock::sim
