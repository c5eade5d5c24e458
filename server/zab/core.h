// Core: what the parts of an engine share: one server's protocol state as data, and the Ready under way. It
// does nothing by itself.
//
// Owner: Engine. Roles (Leading, Learning) borrow it and come and go.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "server/zab/disk_state.h"
#include "server/zab/engine.h"
#include "server/zab/ledger.h"
#include "server/zab/outbox.h"
#include "server/zab/ready.h"

namespace paddock::zab {

struct Core {
  Core(const EngineOptions& given, const store::Recovered& recovered)
      : options(given),
        membership(given.membership.members.empty() ? membership_of_one(given.self) : given.membership),
        disk(recovered),
        // An ensemble of one has no learner that could ask for a DIFF.
        ledger(recovered, membership.members.size() > 1 ? given.history_count : 0) {}

  // Fixed at construction
  const EngineOptions options;
  const Membership membership;
  // Mirrors the disk
  DiskState disk;
  // Volatile
  Ledger ledger;
  Outbox outbox;
  Ready ready;
  Instant now;  // of the last input that carried one
  // The epoch whose whole initial history this process has seen durable here. Not known after a start: a
  // crash between a truncation and the epoch that it was done for leaves less than the current epoch's
  // history.
  std::optional<uint32_t> holds_start_of;
  // What the leader wants cut is committed here, or its stream had a hole: the next sync is to be a snapshot.
  bool wants_snapshot = false;
  // Holes of sync streams: what came behind what. One that comes again behind a snapshot is the history's
  // own: an old Java leader skipped a counter, which everybody then accepted in the broadcast. Refused for
  // ever, it would keep this server out of the ensemble.
  std::set<std::pair<Zxid, Zxid>> holes_met;
  uint64_t last_link = 0;
  uint64_t last_read = 0;

  bool alone() const { return membership.members.size() == 1; }
  bool is_voter() const { return membership.is_voter(options.self); }
  int64_t init_limit_ms() const { return int64_t{options.tick_ms} * options.init_limit_ticks; }
  int64_t sync_limit_ms() const { return int64_t{options.tick_ms} * options.sync_limit_ticks; }

  void send(LinkId link, Bytes packet) { ready.messages.emplace_back(PacketOut{link, std::move(packet)}); }
  void close(LinkId link) { ready.links.emplace_back(CloseLink{link}); }
  void tell(SequenceItem item) { ready.sequence.emplace_back(std::move(item)); }
};

}  // namespace paddock::zab
