#include "tests/sim/config_history.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/txn/txn.h"
#include "server/zab/membership_lines.h"
#include "server/zab/reconfig.h"
#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

void ConfigHistory::logged(const store::Append& entry) {
  if (logged_.contains(entry.zxid)) return;
  if (auto next = zab::membership_in(entry.txn.view())) logged_.emplace(entry.zxid, std::move(*next));
}

void ConfigHistory::committed(const Committed& entry) {
  if (entry.type != client::OpCode::reconfig) return;
  const auto found = logged_.find(entry.zxid);
  require(found != logged_.end(), "Z14", "{} is a reconfiguration that cannot be read", text(entry.zxid));
  const zab::Membership& next = found->second;
  require(Zxid{next.version} == entry.zxid, "Z14", "{} makes configuration {:x}", text(entry.zxid),
          next.version);
  require(next.version > last().version, "Z14", "configuration {:x} follows {:x}", next.version,
          last().version);
  committed_.insert(entry.zxid);
}

const zab::Membership& ConfigHistory::at(Zxid zxid) const {
  const auto above = committed_.upper_bound(zxid);
  return above == committed_.begin() ? initial_ : logged_.at(*std::prev(above));
}

const zab::Membership* ConfigHistory::find(int64_t version) const {
  return committed_.contains(Zxid{version}) ? &logged_.at(Zxid{version}) : nullptr;
}

ConfigHistory::Configs ConfigHistory::in(const DiskImage& log, Zxid end) const {
  Zxid known;
  for (const Zxid zxid : committed_) {
    if (zxid < end && log.holds(zxid)) known = zxid;
  }
  return behind(known, log, end);
}

ConfigHistory::Configs ConfigHistory::behind_last(const DiskImage& log) const {
  return behind(Zxid{last().version}, log, Zxid{INT64_MAX});
}

ConfigHistory::Configs ConfigHistory::behind(Zxid known, const DiskImage& log, Zxid end) const {
  Configs configs{&at(known)};
  for (auto next = logged_.upper_bound(known); next != logged_.end() && next->first < end; ++next) {
    if (log.find(next->first) != nullptr) configs.push_back(&next->second);
  }
  return configs;
}

bool ConfigHistory::commit(Zxid entry, const Servers& servers) const {
  if (!is_quorum(at(Zxid{entry.value - 1}), servers)) return false;
  const auto made = logged_.find(entry);
  return made == logged_.end() || is_quorum(made->second, servers);
}

std::string describe(const zab::Membership& membership) {
  std::string voters, observers;
  for (const auto& [id, member] : membership.members) {
    std::string& list = member.observer ? observers : voters;
    list += fmt::format("{}{}", list.empty() ? "" : " ", id.value);
  }
  return fmt::format("{} of {}{}{}", text(Zxid{membership.version}), voters,
                     observers.empty() ? "" : " observed by ", observers);
}

// What the code under test makes of observers is no part of the question.
bool is_quorum(const zab::Membership& membership, const std::set<ServerId>& servers) {
  if (membership.members.empty()) return !servers.empty();
  std::set<ServerId> voters;
  for (const auto& [id, member] : membership.members) {
    if (!member.observer && servers.contains(id)) voters.insert(id);
  }
  return membership.is_quorum(voters);
}

bool is_quorum(const ConfigHistory::Configs& configs, const std::set<ServerId>& servers) {
  return std::all_of(configs.begin(), configs.end(),
                     [&](const zab::Membership* each) { return is_quorum(*each, servers); });
}

}  // namespace paddock::sim
