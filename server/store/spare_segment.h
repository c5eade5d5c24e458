// The next segment of the log, made ready beside it: reserved, filled with zeros and durable.
//
// The first write into a block that is reserved but was never written changes metadata, so that the next
// fdatasync waits for the file system's journal, and with it for whatever else is on its way to that disk.
// The log would wait so at every MiB; a segment that was written before makes it wait at its beginning only.
//
// Owner: the store; take() and prepare() are the log thread's, the filling has a thread of its own. A storage
// error there is told to the log thread when it asks next, so that all errors of the log are told in its
// order.
//
// Invariant: what take() gives has been written and synced without an error from its first byte to its last.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

class SpareSegment {
 public:
  // `directory`: where it lies until it is taken, on the file system of the log.
  SpareSegment(Env& env, std::string directory, uint64_t bytes);
  // Waits for the write in progress; a spare that nobody took goes.
  ~SpareSegment();
  SpareSegment(const SpareSegment&) = delete;
  SpareSegment& operator=(const SpareSegment&) = delete;

  uint64_t bytes() const { return bytes_; }
  // Begins to make one, unless there is one or one is being made. A fault: the last one could not be made.
  Status prepare();
  // The spare under the name `path`, which is for the caller to make durable; null while none is ready.
  Result<std::unique_ptr<File>> take(const std::string& path);
  // Returns when none is being made.
  void wait();

 private:
  enum class Stage { none, wanted, ready, failed };

  void run();
  Result<bool> fill();  // false if it was stopped
  bool stopping();

  // Fixed at construction.
  Env& env_;
  const std::string directory_;
  const std::string path_;
  const uint64_t bytes_;

  // Protected by mutex_.
  std::mutex mutex_;
  std::condition_variable changed_;
  Stage stage_ = Stage::none;
  Status fault_ = ok_status();  // of Stage::failed
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all above
};

}  // namespace paddock::store
