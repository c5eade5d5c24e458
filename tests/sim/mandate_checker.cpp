#include "tests/sim/mandate_checker.h"

#include "tests/sim/violation.h"

namespace paddock::sim {

void MandateChecker::offers(ServerId leader, uint32_t epoch, Standing standing) {
  candidacies_[{leader, epoch}].own = standing;
}

void MandateChecker::promises(ServerId server, ServerId leader, uint32_t epoch, Standing standing) {
  candidacies_[{leader, epoch}].promises[server] = standing;
}

void MandateChecker::synchronizes(ServerId leader, uint32_t epoch) const {
  const auto found = candidacies_.find({leader, epoch});
  Servers electors{leader};
  if (found != candidacies_.end()) {
    for (const auto& [server, standing] : found->second.promises) {
      if (!standing.is_ahead_of(found->second.own)) electors.insert(server);
    }
  }
  require(is_quorum_(leader, epoch, electors), "Z7",
          "s{} synchronises in epoch {}, which {} servers have promised that were not ahead of it",
          leader.value, epoch, electors.size());
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
