// The thread that reads old history and snapshots for learners, so that neither the log nor the checkpoint
// nor the loop waits for it. The log's files and LevelDB may be read while their owners write.
//
// Invariants
// 1. The log above a snapshot's image stays from before the image is opened until it is closed.
// 2. Each read of an open image is answered by one piece, in order. When the store changes its base
//    (contract.h), images end: reads of them that are not answered yet never are.
// 3. What looks like damage in a log that has been cut meanwhile is read again from the log as it is then.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <variant>

#include "server/store/checkpoint_image.h"
#include "server/store/contract.h"
#include "server/store/env.h"
#include "server/store/fatal.h"
#include "server/store/log_pins.h"
#include "server/store/log_view.h"

namespace paddock::store {

class ReadThread {
 public:
  using OnImage = std::function<void(std::unique_ptr<CheckpointImage>)>;
  struct Hooks {
    std::function<LogView()> log_view;
    std::function<void(OnImage)> open_image;  // calls back once, on any thread
    std::function<void(HistoryFetched)> history_fetched;
    std::function<void(SnapshotPiece)> snapshot_piece;
  };
  ReadThread(Env& env, LogPins& pins, Hooks hooks, Fatal& fatal);
  ~ReadThread();
  ReadThread(const ReadThread&) = delete;
  ReadThread& operator=(const ReadThread&) = delete;

  void read(const HistoryRead& wanted) { add(wanted); }
  void read(const SnapshotRead& wanted) { add(wanted); }
  // Ends all images that are open; returns when none is. Those that are being opened will be. Any thread.
  void drop_images();
  // Forgets what waits, ends all images, joins.
  void stop();

 private:
  struct Opened {
    uint64_t id;
    std::shared_ptr<CheckpointImage> image;
  };
  struct DropImages {};
  using Task = std::variant<HistoryRead, SnapshotRead, Opened, DropImages>;

  struct Image {
    std::shared_ptr<CheckpointImage> image;  // none while it is being opened
    size_t reads = 0;                        // that wait for it
    bool ended = false;                      // its base is gone: no read is answered any more
  };

  void add(Task task);
  void run();
  void work_off(Task task);
  void work(const HistoryRead& wanted);
  void work(const SnapshotRead& wanted);
  void work(Opened& opened);
  void work(const DropImages&);
  void answer(uint64_t id, Image& image);
  void open(uint64_t id);

  // Fixed at construction.
  Env& env_;
  LogPins& pins_;
  const Hooks hooks_;
  Fatal& fatal_;

  std::map<uint64_t, Image> images_;  // the thread's

  // Protected by mutex_.
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable dropped_;
  std::deque<Task> tasks_;
  size_t drops_wanted_ = 0;
  bool stopping_ = false;
  bool stopped_ = false;

  std::thread thread_;  // last: it uses all above
};

}  // namespace paddock::store
