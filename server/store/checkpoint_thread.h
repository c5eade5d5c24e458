// The thread that owns the checkpoint: writes deltas, and says when it wants one because the log's tail is
// longer than it should be. So the checkpoint's pace follows the log, never time.
//
// Invariants
// 1. Nothing is written to the checkpoint that is not durable in the log: a delta waits until it is.
// 2. add() never blocks; what has not been written waits in memory.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/store/checkpoint.h"
#include "server/store/checkpoint_image.h"
#include "server/store/fatal.h"

namespace paddock::store {

class CheckpointThread {
 public:
  using OnImage = std::function<void(std::unique_ptr<CheckpointImage>)>;
  struct Hooks {
    std::function<void(Zxid)> on_applied;  // a batch is durable up to here
    std::function<uint64_t()> log_tail_bytes;
    std::function<uint64_t()> data_bytes;  // size of the data directory; asked for after each batch
  };
  CheckpointThread(std::unique_ptr<Checkpoint> checkpoint, uint64_t tail_bytes, Hooks hooks, Fatal& fatal);
  ~CheckpointThread();
  CheckpointThread(const CheckpointThread&) = delete;
  CheckpointThread& operator=(const CheckpointThread&) = delete;

  void add(znode::Delta delta);
  // Gives an image of the checkpoint to `take`, on this thread, as soon as it is at rest.
  void open_image(OnImage take);
  // The log is durable up to here. Any thread.
  void log_durable(Zxid zxid);
  // Writes all that the log covers, joins.
  void stop();

  // Any thread.
  // The log's tail is longer than `tail_bytes` and than what the checkpoint holds, and no delta is waiting.
  bool wants_delta() const;
  Zxid applied() const { return Zxid{applied_}; }
  uint64_t data_bytes() const { return data_bytes_; }

 private:
  void run();
  bool can_take() const;
  void open_images(std::unique_lock<std::mutex>& lock);
  void write(znode::Delta delta);

  // Fixed at construction.
  const uint64_t tail_bytes_;
  const Hooks hooks_;
  Fatal& fatal_;
  const std::unique_ptr<Checkpoint> checkpoint_;  // the thread's

  // Protected by mutex_.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<znode::Delta> queue_;
  std::vector<OnImage> images_wanted_;
  bool stopping_ = false;

  std::atomic<int64_t> durable_ = 0;
  std::atomic<bool> sleeping_ = false;  // changed under mutex_
  std::atomic<int64_t> applied_;
  std::atomic<uint64_t> data_bytes_ = 0;
  std::atomic<uint64_t> live_bytes_;
  std::atomic<size_t> unwritten_ = 0;  // deltas

  std::thread thread_;  // last: it uses all above
};

}  // namespace paddock::store
