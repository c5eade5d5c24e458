// The thread that owns the write-ahead log: takes work in order, writes all appends that have gathered
// meanwhile as one group, and says what is durable.
//
// Invariants
// 1. Work is done in the order of submit(); persisted(seq) is told only when seq and all before it are
//    durable.
// 2. The log is touched by one thread at a time: this one, or a submit() that holds the mutex while it
//    sleeps.
// 3. A segment goes only when a checkpoint point at or above its end has been noted durably, and another
//    after it, and nobody has pinned it.
// 4. While a base is staged, appends go to it, and none of that is told before SnapshotEnd has made it the
//    base, or SnapshotAbandon has removed it.
//
// After a storage error nothing is done any more: the process is about to end.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/store/contract.h"
#include "server/store/env.h"
#include "server/store/fatal.h"
#include "server/store/log_pins.h"
#include "server/store/log_view.h"
#include "server/store/spare_segment.h"
#include "server/store/staged_base.h"
#include "server/store/wal.h"

namespace paddock::store {

class LogThread {
 public:
  struct Options {
    StoreDirectories directories;
    WalOptions wal;
    size_t inline_write_under_us = 0;
    bool damaged = false;           // Recovered::damage
    SpareSegment* spare = nullptr;  // outlives the thread; none: the log makes its segments itself
  };
  struct Hooks {
    std::function<void(DiskSeq)> on_persisted;
    std::function<void(Zxid)> on_durable;      // the log is durable up to here
    std::function<void(const Base&)> on_base;  // this is the base now, the one before is gone
  };
  // `wal`: of `base`. `noted`: the checkpoint point that it holds already.
  LogThread(Env& env, std::unique_ptr<Wal> wal, const Base& base, Zxid noted, Options options,
            const LogPins& pins, Hooks hooks, Fatal& fatal);
  ~LogThread();
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  void submit(std::vector<LogWork> work, CommitPoint commit, bool may_wait);
  // To be noted with the next group, if `base` is still in use. Any thread.
  void checkpoint_reached(const Base& base, Zxid applied);
  // The checkpoint of `base` is whole, its snapshot is not needed. To be told before it is reached. Any
  // thread.
  void base_filled(const Base& base);
  // The log as it is between two groups. Waits for one. Requires: one caller at a time, before stop().
  LogView view();
  // Returns when all work handed in so far is done.
  void drain();
  // Finishes the work, notes what is to be noted, joins.
  void stop();

  // Any thread.
  uint64_t tail_bytes() const { return tail_bytes_; }  // of log above the noted checkpoint point
  uint64_t disk_bytes() const { return disk_bytes_; }
  uint64_t syncs() const { return syncs_; }
  int64_t last_sync_us() const { return last_sync_us_; }

 private:
  struct Notes {
    Zxid commit;
    Zxid checkpoint;
    uint64_t base = 0;  // that the checkpoint is of
    friend bool operator==(const Notes&, const Notes&) = default;
  };

  void run();
  void wait_for_work(std::unique_lock<std::mutex>& lock);
  void work_off(std::vector<LogWork>& work, const Notes& notes);
  bool do_one(const LogWork& work);
  Status carry_out(const Append& append);
  Status carry_out(const Truncate& truncate);
  Status carry_out(const WriteEpochs& epochs);
  Status carry_out(const Fence& fence);
  Status carry_out(const SnapshotBegin& begin);
  Status carry_out(const SnapshotChunk& chunk);
  Status carry_out(const SnapshotEnd& end);
  Status carry_out(const SnapshotAbandon& abandon);
  Status drop_staged();
  void note_filled(const Base& base);
  bool write_group(const Notes& notes);
  Status write_notes(const Notes& notes);
  void publish();
  bool may_write_inline(const std::vector<LogWork>& work) const;

  // Fixed at construction.
  Env& env_;
  const Options options_;
  const LogPins& pins_;
  const Hooks hooks_;
  Fatal& fatal_;

  // The log's: see invariant 2.
  Base base_;
  std::unique_ptr<Wal> wal_;
  std::unique_ptr<StagedBase> staged_;
  uint64_t last_number_;  // of a base, staged ones included
  bool damaged_;  // until an epoch is current: then this server holds that epoch's whole history again
  std::vector<Append> group_;
  Notes written_;
  Zxid previous_checkpoint_;
  uint64_t generation_ = 0;  // LogView's

  // Protected by mutex_.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::vector<LogWork> pending_;
  Notes wanted_;
  bool sleeping_ = false;
  bool timed_ = false;  // the sleep ends by itself
  bool busy_ = false;
  std::optional<Base> filled_;
  bool view_wanted_ = false;
  LogView view_;
  bool stopping_ = false;

  std::atomic<uint64_t> tail_bytes_ = 0;
  std::atomic<uint64_t> disk_bytes_ = 0;
  std::atomic<uint64_t> syncs_ = 0;
  std::atomic<int64_t> last_sync_us_ = 0;

  std::thread thread_;  // last: it uses all above
};

}  // namespace paddock::store
