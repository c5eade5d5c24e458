#include "tests/sim/agreement_checker.h"

#include <algorithm>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

namespace {

// Without the nodes below /zookeeper: the configuration's is each server's own.
bool same(const znode::StateChecksum& a, const znode::StateChecksum& b) {
  return a.tree_digest == b.tree_digest && a.acl_hash == b.acl_hash && a.session_hash == b.session_hash;
}

}  // namespace

void AgreementChecker::starts(ServerId server, Zxid position) {
  positions_[server] = position;
}

void AgreementChecker::applied(ServerId server, Zxid position, const znode::StateChecksum& checksum,
                               const DiskImage& log) {
  Zxid& before = positions_[server];
  if (position == before) return;
  // A snapshot whose leader was lost before UPTODATE is the base all the same.
  const bool new_base = position == log.base;
  require(position > before || new_base, "Z5", "s{} goes back from {} to {}", server.value, text(before),
          text(position));
  before = position;
  commit_up_to(server, position, log);
  const Committed* entry = chronicle_.at_or_below(position);
  require(position.counter() == 0 || position == chronicle_.begin() ||
              (entry != nullptr && entry->zxid == position),
          "Z2", "s{} is at {}, and no such transaction was committed", server.value, text(position));
  require(is_fuzzy(position) || same(checksum, chronicle_.checksum_at(position)), "Z12",
          "the state of s{} at {} is not that of the others", server.value, text(position));
}

bool AgreementChecker::is_fuzzy(Zxid position) const {
  return std::any_of(fuzzy_.begin(), fuzzy_.end(), [position](const auto& range) {
    return range.first <= position && position < range.second;
  });
}

void AgreementChecker::commit_up_to(ServerId server, Zxid position, const DiskImage& log) {
  const auto first = std::upper_bound(log.entries.begin(), log.entries.end(), chronicle_.last(),
                                      [](Zxid at, const store::Append& entry) { return at < entry.zxid; });
  for (auto next = first; next != log.entries.end() && next->zxid <= position; ++next) {
    const store::Append& entry = *next;
    require(log.holds(chronicle_.last()), "Z2",
            "s{} applies {} and does not hold {}, which was committed before", server.value, text(entry.zxid),
            text(chronicle_.last()));
    check_quorum(server, entry.zxid);
    on_commit_(chronicle_.append(entry.zxid, entry.txn));
  }
}

std::set<ServerId> AgreementChecker::holders(Zxid zxid) const {
  std::set<ServerId> holders;
  for (const auto& [server, disk] : disks_()) {
    if (disk->holds(zxid)) holders.insert(server);
  }
  for (const auto& [server, held] : damaged_()) {
    if (zxid <= held) holders.insert(server);
  }
  return holders;
}

void AgreementChecker::check_quorum(ServerId server, Zxid zxid) const {
  const std::set<ServerId> durable = holders(zxid);
  require(commit_(zxid, durable), "Z11", "s{} takes {} for committed, and it is durable on {} of {} servers",
          server.value, text(zxid), durable.size(), disks_().size());
}

void AgreementChecker::leads(ServerId server, uint32_t epoch, const DiskImage& log) const {
  for (const Committed& entry : chronicle_.log()) {
    if (entry.zxid.epoch() >= epoch) return;
    require(log.holds(entry.zxid), "Z8", "s{} leads and does not hold {}, which was committed", server.value,
            text(entry.zxid));
  }
}

// It may cut off what others have committed meanwhile without it, and gets it again.
void AgreementChecker::cuts(ServerId server, Zxid last, const DiskImage& log) const {
  for (auto entry = log.entries.rbegin(); entry != log.entries.rend() && entry->zxid > last; ++entry) {
    if (chronicle_.find(entry->zxid) == nullptr) continue;
    std::set<ServerId> others = holders(entry->zxid);
    others.erase(server);
    require(commit_(entry->zxid, others), "Z8",
            "s{} cuts its log behind {}, and {} was committed with its help", server.value, text(last),
            text(entry->zxid));
  }
}

}  // namespace paddock::sim
