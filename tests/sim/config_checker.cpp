#include "tests/sim/config_checker.h"

#include <algorithm>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void ConfigChecker::starts(ServerId server, const zab::Membership& given) {
  given_[server] = given;
  versions_.erase(server);
}

bool ConfigChecker::was_committed(ServerId server, const zab::Membership& membership) const {
  if (Zxid{membership.version}.counter() == 0) {
    const auto given = given_.find(server);
    return membership.members == history_.initial().members ||
           (given != given_.end() && membership == given->second);
  }
  const zab::Membership* known = history_.find(membership.version);
  return known != nullptr && membership == *known;
}

void ConfigChecker::takes_for_committed(ServerId server, const zab::Membership& membership) {
  const auto [before, first] = versions_.emplace(server, membership.version);
  require(before->second <= membership.version, "Z14", "s{} goes back from configuration {:x} to {:x}",
          server.value, before->second, membership.version);
  before->second = membership.version;
  require(was_committed(server, membership), "Z14",
          "s{} takes configuration {:x} for committed, and nobody has committed that", server.value,
          membership.version);
}

void ConfigChecker::serves(ServerId server, const zab::Membership& committed, std::string_view node) const {
  require(node == committed.to_text(), "Z14", "s{} is in configuration {:x}, and /zookeeper/config says\n{}",
          server.value, committed.version, node);
}

void ConfigChecker::leads(ServerId server, uint32_t epoch, const DiskImage& log) const {
  const ConfigHistory::Configs configs = history_.in(log, Zxid::of(epoch, 1));
  const bool votes = std::any_of(configs.begin(), configs.end(), [&](const zab::Membership* each) {
    return each->members.empty() || each->is_voter(server);
  });
  require(votes, "Z14", "s{} leads epoch {}, and has no vote in any of {} configurations", server.value,
          epoch, configs.size());
}

void ConfigChecker::leads_on(ServerId server, uint32_t epoch, const zab::Membership& committed,
                             Zxid last) const {
  const Zxid left_out{committed.version};
  if (committed.members.empty() || committed.is_voter(server) || left_out.epoch() != epoch) return;
  require(last <= left_out, "Z14", "s{} has committed {}, and {} has left it out", server.value, text(last),
          text(left_out));
}

}  // namespace paddock::sim
