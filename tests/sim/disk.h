// Disk: one server's storage as store/contract.h promises it, and no better. Work becomes durable in order,
// group by group, late; a crash loses what is not durable, but for a prefix of the group that was being
// written. The checkpoint follows behind the log in atomic batches.
// With Knobs::real_log the same work goes to real files (LogFiles), too, and a start gets what is in those;
// the model then says what may be.
//
// Owner: the world; it outlives the processes that use it. A completion that comes after crash() is dropped.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/random.h"
#include "server/store/contract.h"
#include "tests/sim/disk_image.h"
#include "tests/sim/knobs.h"
#include "tests/sim/log_files.h"
#include "tests/sim/scheduler.h"
#include "znode/state.h"

namespace paddock::sim {

struct DiskClient {
  std::function<void(DiskSeq)> persisted;
  std::function<void(const store::HistoryFetched&)> history_fetched;
  std::function<void(const store::SnapshotPiece&)> snapshot_piece;
  std::function<void(const Fault&)> failed;  // the process must end
};

class Disk {
 public:
  Disk(Scheduler& scheduler, const Knobs& knobs, Random random);

  // What a start finds; `state` gets the checkpoint. From here on completions go to `client`. A fault if a
  // call fails: then the process has not begun.
  Result<store::Recovered> open(znode::State& state, DiskClient client);
  // Work is asked for piece by piece, and begins with submit(). `committed` is noted with it.
  void ask(store::LogWork work, Zxid committed);
  void submit();
  // An idle log is told how far it is committed.
  void note(Zxid committed);
  void checkpoint(znode::Delta delta);
  void read(const store::HistoryRead& wanted);
  void read(const store::SnapshotRead& wanted);
  // The process is gone. `lossy`: of the group being written only a prefix stays, else all of it.
  void crash(bool lossy);
  // Nothing completes before `until`.
  void stall(Instant until) { stalled_until_ = until; }
  // One of the next calls of the file system fails. Files only.
  void fail_soon();
  // Nothing more can be written into new space. Files only.
  void fill(bool full);
  // All that it held is gone. Requires: no process has it open.
  void wipe();
  // Bytes change, and the next start may find that. Requires: no process has it open.
  void rot();
  // No planned failure is left.
  void heal();
  bool has_files() const { return files_ != nullptr; }
  // Z10 on the files: after the worst power cut now a start finds what is durable.
  void check_fork() const;

  const DiskImage& durable() const { return durable_; }
  // As it will be when all that was asked for is done; without the checkpoint.
  const DiskImage& asked() const { return asked_; }
  // Work asked for and not durable, in order.
  const std::deque<std::optional<store::LogWork>>& in_flight() const { return pending_; }
  uint64_t opened() const { return life_; }

 private:
  struct OpenImage {
    Zxid zxid;
    std::string stream;
    size_t sent = 0;
  };
  // Runs `action` after a delay, unless the process is gone by then.
  void later(int64_t ns, std::function<void()> action);
  void write_group();
  void group_written();
  void apply_durably(const std::optional<store::LogWork>& piece, Zxid note);
  void arm_checkpoint();
  void write_checkpoint();
  void purge();
  void purge_to(Zxid zxid);
  void answer(const store::HistoryRead& wanted);
  void begin_at(Zxid zxid);
  Status recover_files(znode::State& state);
  Status adopt_files(znode::State& state);
  void forget();
  Status write_files(Zxid committed);
  Status fill_checkpoint();
  Zxid pinned() const;
  // True: no fault.
  bool passed(const Status& done);

  Scheduler& scheduler_;
  const Knobs& knobs_;
  Random random_;
  // Durable
  bool rotten_ = false;  // since the last start
  std::string damage_;   // Recovered::damage
  DiskImage durable_;
  std::unique_ptr<LogFiles> files_;  // null: the model is all there is
  std::deque<std::optional<store::LogWork>>
      lost_;  // in flight when the process ended; a start may find of it
  // Of the process that has it open
  uint64_t life_ = 0;
  bool open_ = false;
  DiskClient client_;
  DiskImage asked_;
  std::deque<std::optional<store::LogWork>> pending_;  // nothing: only a note
  std::deque<Zxid> notes_;                             // of each piece: the commit point
  size_t writing_ = 0;                                 // pieces of the group under way
  std::deque<znode::Delta> deltas_;                    // of the base, or of the last that is expected
  size_t expected_bases_ = 0;                          // asked for, and not durable
  std::map<uint64_t, OpenImage> images_;
  std::vector<store::HistoryRead> waiting_reads_;
  Instant stalled_until_;
};

}  // namespace paddock::sim
