// Store: one server's disk behind two threads. Opens, locks and recovers; then takes work and reports what is
// durable. The only class that main and the replica's host know of this room.
//
//   dataDir/paddock/     LOCK  FORMAT  epochs  checkpoint/   (staged snapshots: snapshot.*)
//   dataLogDir/paddock/  LOCK  FORMAT  wal/
//
// Threads: all calls from one thread. The events come on the store's threads and must only post. A storage
// error is told once, on whichever thread met it; the process must end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/checkpoint.h"
#include "server/store/contract.h"
#include "server/store/env.h"
#include "server/store/wal.h"
#include "znode/delta.h"
#include "znode/state.h"

namespace paddock::store {

struct StoreOptions {
  std::string data_dir;
  std::string data_log_dir;
  // A member of an ensemble can lose its data: damage is put aside, and told in Recovered::damage (DESIGN.md
  // rule 8). Otherwise it is refused.
  bool ensemble = false;
  // Of a member of an ensemble: with nothing stored it was never used (empty_start.h).
  bool trusts_empty = true;
  WalOptions wal;
  uint64_t checkpoint_tail_bytes = 256ull << 20;  // a delta is wanted when the log tail is longer
  // A lone append is written by a caller that may wait, while a sync takes less than this; 0: never. Above
  // what a virtual disk's flush takes (200 to 300 us): to hand it over and back costs two wake-ups more.
  size_t inline_write_under_us = 500;
  CheckpointOptions checkpoint;
};

struct StoreStatus {
  uint64_t log_bytes = 0;   // size of the log directory
  uint64_t data_bytes = 0;  // size of the data directory
  uint64_t syncs = 0;
  Zxid checkpoint;
  int64_t last_sync_us = 0;
};

struct StoreEvents {
  std::function<void(DiskSeq)> persisted;  // an inline write tells it from within submit()
  std::function<void(HistoryFetched)> history_fetched;
  std::function<void(SnapshotPiece)> snapshot_piece;
  std::function<void(const Fault&)> failed;
};

class Store {
 public:
  // Recovers into `state` (the checkpoint) and `recovered` (epochs and the log above it). A fault names file,
  // offset and zxid, and says what to do.
  static Result<std::unique_ptr<Store>> open(Env& env, const StoreOptions& options, znode::State& state,
                                             Recovered& recovered, StoreEvents events);
  // Finishes the work handed in, flushes the checkpoint, joins the threads.
  ~Store();

  // One group, in order. `commit`: what is known to be committed by now. Without work only the commit point
  // is taken, to be noted with the next group or when the log has been idle for 100 ms. `may_wait`: the
  // caller has nothing else to do meanwhile, so it may be the one who writes.
  void submit(std::vector<LogWork> work, CommitPoint commit, bool may_wait = false);
  // The next delta of the state; never blocks. It goes to the base in use, or, behind a SnapshotEnd, to the
  // one that comes.
  void checkpoint(znode::Delta delta);
  // The log above the checkpoint is longer than it should be, and no delta is on its way: cut one.
  bool wants_delta() const;
  // Each is answered by one event; reads of one snapshot in order, reads of several interleaved. A snapshot
  // is read as it was at the first read. Nothing is answered behind a SnapshotEnd that was submitted
  // meanwhile.
  void read_history(const HistoryRead& wanted);
  void read_snapshot(const SnapshotRead& wanted);
  StoreStatus status() const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::store
