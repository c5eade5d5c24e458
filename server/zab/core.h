// Core: what the parts of an engine share: one server's protocol state as data, and the Ready under way. It
// does nothing by itself.
//
// Owner: Engine. Roles (Leading, Learning) borrow it and come and go.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/zab/configs.h"
#include "server/zab/disk_state.h"
#include "server/zab/engine.h"
#include "server/zab/ledger.h"
#include "server/zab/master_rota.h"
#include "server/zab/oracle.h"
#include "server/zab/outbox.h"
#include "server/zab/ready.h"
#include "server/zab/reconfig.h"

namespace paddock::zab {

struct Core {
  Core(const EngineOptions& given, const store::Recovered& recovered, Random random)
      : options(given),
        configs(given.membership.members.empty() ? membership_of_one(given.self) : given.membership),
        disk(recovered),
        // An ensemble of one has no learner that could ask for a DIFF.
        ledger(recovered, alone() ? 0 : given.history_count),
        masters(given, random),
        forgetful(is_voter() && !alone() && has_lost_its_promises(recovered)) {
    note_proposals();
  }

  // Fixed at construction
  const EngineOptions options;
  // Volatile; what the log holds of it is found again after a start.
  Configs configs;
  // Mirrors the disk
  DiskState disk;
  // Volatile
  Ledger ledger;
  Outbox outbox;
  MasterRota masters;
  Oracle oracle;
  Ready ready;
  Instant now;  // of the last input that carried one
  // May have forgotten a promise: it does not vote, and takes a leader's history before it makes one again
  // (DESIGN.md rule 8).
  bool forgetful;
  // The epoch whose whole initial history this process has seen durable here. Not known after a start: a
  // crash between a truncation and the epoch that it was done for leaves less than the current epoch's
  // history.
  std::optional<uint32_t> holds_start_of;
  // What the leader wants cut is committed here, or its stream had a hole: the next sync is to be a snapshot.
  bool wants_snapshot = false;
  // The last epoch whose leader was left because the state here was not its own.
  uint32_t distrusted_in = 0;
  // Holes of sync streams: what came behind what. One that comes again behind a snapshot is the history's
  // own: an old Java leader skipped a counter, which everybody then accepted in the broadcast. Refused for
  // ever, it would keep this server out of the ensemble.
  std::set<std::pair<Zxid, Zxid>> holes_met;
  // A reconfiguration was committed that made another server the leader, or gave this one another role: the
  // role that follows needs no election.
  std::optional<ServerId> suggested_leader;
  uint64_t last_link = 0;
  uint64_t last_read = 0;

  // Nobody else will ever be there.
  bool alone() const {
    return options.membership.members.empty() ||
           (options.membership.members.size() == 1 && !options.reconfig_enabled);
  }
  bool is_voter() const { return configs.is_voter(options.self); }
  // Whom the configuration does not name follows without a vote.
  bool is_observer() const { return configs.committed().is_observer(options.self); }
  // Nothing was ever promised by this directory: a new server's, or one that was wiped.
  bool is_blank() const { return disk.epochs() == store::Epochs{} && disk.log().durable() == Zxid{}; }
  int64_t init_limit_ms() const { return int64_t{options.tick_ms} * options.init_limit_ticks; }
  int64_t sync_limit_ms() const { return int64_t{options.tick_ms} * options.sync_limit_ticks; }

  // What is logged may be a reconfiguration.
  void note_logged(const Bytes& txn) {
    if (!options.reconfig_enabled) return;
    if (const auto next = membership_in(txn.view())) configs.propose(*next);
  }
  void note_proposals() {
    for (const LogEntry& entry : ledger.tail()) note_logged(entry.txn);
  }
  // The log is another one.
  void look_for_proposals() {
    configs.withdraw();
    note_proposals();
  }
  void commit_to(Zxid zxid) {
    ledger.commit_to(zxid, ready.sequence);
    configs.commit_to(ledger.last_committed());
  }

  void send(LinkId link, Bytes packet) { ready.messages.emplace_back(PacketOut{link, std::move(packet)}); }
  void close(LinkId link, std::string reason = {}) {
    ready.links.emplace_back(CloseLink{link, std::move(reason)});
  }
  Status check_txn(Zxid zxid, const quorum::Buffer& txn) const {
    return options.check_txn ? options.check_txn(zxid, txn.view()) : ok_status();
  }
  void tell(SequenceItem item) { ready.sequence.emplace_back(std::move(item)); }

 private:
  // Who has logged anything has promised an epoch before. A forgetful server writes none before it holds a
  // leader's history, so a log without one is also what a crash in the middle of that leaves.
  static bool has_lost_its_promises(const store::Recovered& recovered) {
    return !recovered.damage.empty() || (recovered.epochs.accepted == 0 && recovered.last_logged > Zxid{});
  }
};

}  // namespace paddock::zab
