#include "tests/sim/epoch_checker.h"

#include "tests/sim/violation.h"

namespace paddock::sim {

void EpochChecker::leads(ServerId server, uint32_t epoch) {
  const auto [found, fresh] = leaders_.try_emplace(epoch, server);
  require(fresh || found->second == server, "Z7", "s{} leads epoch {}, which s{} has led", server.value,
          epoch, found->second.value);
}

void EpochChecker::starts(ServerId server, store::Epochs epochs) {
  written_[server] = {};
  writes(server, epochs);
}

void EpochChecker::writes(ServerId server, store::Epochs epochs) {
  require(epochs.current <= epochs.accepted, "Z7", "s{} has current epoch {} above its accepted epoch {}",
          server.value, epochs.current, epochs.accepted);
  store::Epochs& before = written_[server];
  require(epochs.accepted >= before.accepted && epochs.current >= before.current, "Z7",
          "s{} goes back from epochs {}/{} to {}/{}", server.value, before.accepted, before.current,
          epochs.accepted, epochs.current);
  before = epochs;
}

}  // namespace paddock::sim
