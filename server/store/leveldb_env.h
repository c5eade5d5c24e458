// LevelDB's view of our Env: pread instead of mmap, and every creation, renaming and removal made durable by
// a sync of its directory (reference/reliability.md 1e.4, 1e.5).
//
// Threads: any, as LevelDB asks. Compaction runs on one thread that ends with this object.
//
// LevelDB forgets some errors (a failed removal, a failed append): the first one of all is kept here, and
// whoever owns the database asks after each of its calls.
#pragma once

#include <leveldb/env.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

class LevelDbEnv final : public leveldb::Env {
 public:
  explicit LevelDbEnv(store::Env& env);
  ~LevelDbEnv() override;

  std::optional<Fault> first_fault() const;

  leveldb::Status NewSequentialFile(const std::string& path, leveldb::SequentialFile** result) override;
  leveldb::Status NewRandomAccessFile(const std::string& path, leveldb::RandomAccessFile** result) override;
  leveldb::Status NewWritableFile(const std::string& path, leveldb::WritableFile** result) override;
  leveldb::Status NewAppendableFile(const std::string& path, leveldb::WritableFile** result) override;
  bool FileExists(const std::string& path) override;
  leveldb::Status GetChildren(const std::string& directory, std::vector<std::string>* result) override;
  leveldb::Status RemoveFile(const std::string& path) override;
  leveldb::Status CreateDir(const std::string& path) override;
  leveldb::Status RemoveDir(const std::string& path) override;
  leveldb::Status GetFileSize(const std::string& path, uint64_t* size) override;
  leveldb::Status RenameFile(const std::string& from, const std::string& to) override;
  leveldb::Status LockFile(const std::string& path, leveldb::FileLock** lock) override;
  leveldb::Status UnlockFile(leveldb::FileLock* lock) override;
  void Schedule(void (*function)(void*), void* argument) override;
  void StartThread(void (*function)(void*), void* argument) override;
  leveldb::Status GetTestDirectory(std::string* path) override;
  leveldb::Status NewLogger(const std::string& path, leveldb::Logger** result) override;
  uint64_t NowMicros() override;
  void SleepForMicroseconds(int micros) override;

  // Notes the fault and says it in LevelDB's words.
  leveldb::Status failed(const Fault& fault);
  // Does what changes the disk, unless something has failed before.
  template <class Change>
  leveldb::Status change(Change change) {
    if (const auto fault = first_fault()) return leveldb::Status::IOError(fault->message);
    const Status done = change();
    return done.ok() ? leveldb::Status::OK() : failed(done.fault());
  }

 private:
  leveldb::Status create(const std::string& path, bool emptied, leveldb::WritableFile** result);
  void work();

  store::Env& env_;
  mutable std::mutex mutex_;  // protects all below
  std::optional<Fault> first_fault_;
  std::condition_variable wake_;
  std::deque<std::pair<void (*)(void*), void*>> jobs_;
  bool ending_ = false;
  std::thread worker_;  // started by the first job
};

}  // namespace paddock::store
