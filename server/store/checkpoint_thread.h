// The thread that owns the checkpoint: writes deltas, and says when it wants one because the log's tail is
// longer than it should be. So the checkpoint's pace follows the log, never time.
//
// Invariants
// 1. Nothing is written to the checkpoint that is not durable in the log: a delta waits until it is.
// 2. add() never blocks; what has not been written waits in memory.
// 3. A delta goes to the base that it was cut from: what comes behind expect_base() waits until that base is
//    there and its checkpoint is filled, what was waiting before counts nothing any more.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/store/base.h"
#include "server/store/checkpoint.h"
#include "server/store/checkpoint_image.h"
#include "server/store/fatal.h"

namespace paddock::store {

class CheckpointThread {
 public:
  using OnImage = std::function<void(std::unique_ptr<CheckpointImage>)>;
  struct Hooks {
    std::function<void(const Base&, Zxid)> on_applied;  // a batch is durable up to here
    std::function<void(const Base&)> on_filled;         // the base does not need its snapshot any more
    std::function<void()> drop_images;                  // returns when none is left
    std::function<uint64_t()> log_tail_bytes;
    std::function<uint64_t(const Base&)> data_bytes;  // size of the checkpoint; asked for after each batch
  };
  struct Options {
    StoreDirectories directories;
    CheckpointOptions checkpoint;
    uint64_t tail_bytes = 0;
  };
  // `checkpoint`: of `base`; null: base_installed(base) is to follow.
  CheckpointThread(Env& env, std::unique_ptr<Checkpoint> checkpoint, const Base& base, Options options,
                   Hooks hooks, Fatal& fatal);
  ~CheckpointThread();
  CheckpointThread(const CheckpointThread&) = delete;
  CheckpointThread& operator=(const CheckpointThread&) = delete;

  void add(znode::Delta delta);
  // Another base comes; the deltas from here on are of it.
  void expect_base();
  // It is there, and the one before is not any more. Any thread.
  void base_installed(const Base& base);
  // Gives an image of the checkpoint to `take`, on this thread, as soon as it is at rest.
  void open_image(OnImage take);
  // The log is durable up to here. Any thread.
  void log_durable(Zxid zxid);
  // Writes all that the log covers, joins. A checkpoint that is being filled is left to the next start.
  void stop();

  // Any thread.
  // The log's tail is longer than `tail_bytes` and than what the checkpoint holds, and no delta is waiting.
  bool wants_delta() const;
  Zxid applied() const { return Zxid{applied_}; }
  uint64_t data_bytes() const { return data_bytes_; }

 private:
  void run();
  bool is_at_rest() const { return expected_ == 0 && installed_.empty() && checkpoint_; }
  bool has_work() const;
  bool can_take() const;
  void open_images(std::unique_lock<std::mutex>& lock);
  void change_base(std::unique_lock<std::mutex>& lock);
  void leave_base(const Base& next);
  void fill();
  void write(znode::Delta delta);
  void measure();

  // Fixed at construction.
  Env& env_;
  const Options options_;
  const Hooks hooks_;
  Fatal& fatal_;

  // The thread's.
  Base base_;
  std::unique_ptr<Checkpoint> checkpoint_;  // null while the base's is filled

  // Protected by mutex_.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<znode::Delta> queue_;
  std::vector<OnImage> images_wanted_;
  size_t expected_ = 0;         // bases that have not been installed yet
  std::deque<Base> installed_;  // and not taken over yet

  std::atomic<bool> stopping_ = false;  // changed under mutex_
  std::atomic<int64_t> durable_ = 0;
  std::atomic<bool> sleeping_ = false;  // changed under mutex_
  std::atomic<int64_t> applied_;
  std::atomic<uint64_t> data_bytes_ = 0;
  std::atomic<uint64_t> live_bytes_ = 0;
  std::atomic<size_t> unwritten_ = 0;  // deltas

  std::thread thread_;  // last: it uses all above
};

}  // namespace paddock::store
