#include "server/store/leveldb_env.h"

#include <chrono>
#include <cstring>
#include <utility>

namespace paddock::store {
namespace {

constexpr size_t kWriteBuffer = 64 << 10;

std::string directory_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

class Sequential final : public leveldb::SequentialFile {
 public:
  Sequential(LevelDbEnv& env, std::unique_ptr<File> file) : env_(env), file_(std::move(file)) {}

  leveldb::Status Read(size_t count, leveldb::Slice* result, char* scratch) override {
    const auto bytes = file_->read_at(offset_, count);
    if (!bytes.ok()) return env_.failed(bytes.fault());
    std::memcpy(scratch, bytes->data(), bytes->size());
    *result = leveldb::Slice(scratch, bytes->size());
    offset_ += bytes->size();
    return leveldb::Status::OK();
  }
  leveldb::Status Skip(uint64_t count) override {
    offset_ += count;
    return leveldb::Status::OK();
  }

 private:
  LevelDbEnv& env_;
  const std::unique_ptr<File> file_;
  uint64_t offset_ = 0;
};

class RandomAccess final : public leveldb::RandomAccessFile {
 public:
  RandomAccess(LevelDbEnv& env, std::unique_ptr<File> file) : env_(env), file_(std::move(file)) {}

  leveldb::Status Read(uint64_t offset, size_t count, leveldb::Slice* result, char* scratch) const override {
    const auto bytes = file_->read_at(offset, count);
    if (!bytes.ok()) return env_.failed(bytes.fault());
    std::memcpy(scratch, bytes->data(), bytes->size());
    *result = leveldb::Slice(scratch, bytes->size());
    return leveldb::Status::OK();
  }

 private:
  LevelDbEnv& env_;
  const std::unique_ptr<File> file_;
};

class Writable final : public leveldb::WritableFile {
 public:
  Writable(LevelDbEnv& env, std::unique_ptr<File> file, uint64_t offset)
      : env_(env), file_(std::move(file)), offset_(offset) {}
  ~Writable() override { Flush(); }

  leveldb::Status Append(const leveldb::Slice& data) override {
    if (buffer_.size() + data.size() > kWriteBuffer) {
      if (const leveldb::Status done = Flush(); !done.ok()) return done;
    }
    if (data.size() > kWriteBuffer) return write({data.data(), data.size()});
    buffer_.append(data.data(), data.size());
    return leveldb::Status::OK();
  }
  leveldb::Status Close() override { return Flush(); }
  leveldb::Status Flush() override {
    if (buffer_.empty()) return leveldb::Status::OK();
    const leveldb::Status done = write(buffer_);
    buffer_.clear();
    return done;
  }
  leveldb::Status Sync() override {
    if (const leveldb::Status done = Flush(); !done.ok()) return done;
    return env_.change([&] { return file_->sync_data(); });
  }

 private:
  leveldb::Status write(std::string_view bytes) {
    return env_.change([&] {
      const uint64_t offset = std::exchange(offset_, offset_ + bytes.size());
      return file_->write_at(offset, bytes);
    });
  }

  LevelDbEnv& env_;
  const std::unique_ptr<File> file_;
  uint64_t offset_;
  std::string buffer_;
};

class Lock final : public leveldb::FileLock {
 public:
  explicit Lock(std::unique_ptr<File> file) : file_(std::move(file)) {}

 private:
  const std::unique_ptr<File> file_;
};

class Silent final : public leveldb::Logger {
 public:
  void Logv(const char*, std::va_list) override {}
};

}  // namespace

LevelDbEnv::LevelDbEnv(store::Env& env) : env_(env) {}

LevelDbEnv::~LevelDbEnv() {
  {
    std::lock_guard guard(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (worker_.joinable()) worker_.join();
}

leveldb::Status LevelDbEnv::failed(const Fault& fault) {
  std::lock_guard guard(mutex_);
  if (!first_fault_) first_fault_ = fault;
  return leveldb::Status::IOError(fault.message);
}

std::optional<Fault> LevelDbEnv::first_fault() const {
  std::lock_guard guard(mutex_);
  return first_fault_;
}

leveldb::Status LevelDbEnv::NewSequentialFile(const std::string& path, leveldb::SequentialFile** result) {
  *result = nullptr;
  auto file = env_.open(path, store::Env::Open::existing);
  if (!file.ok()) return failed(file.fault());
  *result = new Sequential(*this, std::move(*file));
  return leveldb::Status::OK();
}

leveldb::Status LevelDbEnv::NewRandomAccessFile(const std::string& path, leveldb::RandomAccessFile** result) {
  *result = nullptr;
  auto file = env_.open(path, store::Env::Open::existing);
  if (!file.ok()) return failed(file.fault());
  *result = new RandomAccess(*this, std::move(*file));
  return leveldb::Status::OK();
}

leveldb::Status LevelDbEnv::create(const std::string& path, bool emptied, leveldb::WritableFile** result) {
  *result = nullptr;
  return change([&]() -> Status {
    auto file = env_.open(path, store::Env::Open::create);
    if (!file.ok()) return file.fault();
    if (emptied) {
      if (Status done = (*file)->truncate(0); !done.ok()) return done;
    }
    const auto size = (*file)->size();
    if (!size.ok()) return size.fault();
    if (Status done = env_.sync_directory(directory_of(path)); !done.ok()) return done;
    *result = new Writable(*this, std::move(*file), *size);
    return ok_status();
  });
}

leveldb::Status LevelDbEnv::NewWritableFile(const std::string& path, leveldb::WritableFile** result) {
  return create(path, true, result);
}

leveldb::Status LevelDbEnv::NewAppendableFile(const std::string& path, leveldb::WritableFile** result) {
  return create(path, false, result);
}

bool LevelDbEnv::FileExists(const std::string& path) {
  const auto exists = env_.exists(path);
  if (exists.ok()) return *exists;
  failed(exists.fault());
  return false;
}

leveldb::Status LevelDbEnv::GetChildren(const std::string& directory, std::vector<std::string>* result) {
  auto names = env_.list(directory);
  if (!names.ok()) return failed(names.fault());
  *result = std::move(*names);
  return leveldb::Status::OK();
}

leveldb::Status LevelDbEnv::RemoveFile(const std::string& path) {
  return change([&]() -> Status {
    if (Status done = env_.remove(path); !done.ok()) return done;
    return env_.sync_directory(directory_of(path));
  });
}

leveldb::Status LevelDbEnv::CreateDir(const std::string& path) {
  return change([&] { return env_.make_directories(path); });
}

leveldb::Status LevelDbEnv::RemoveDir(const std::string& path) {
  return RemoveFile(path);
}

leveldb::Status LevelDbEnv::GetFileSize(const std::string& path, uint64_t* size) {
  *size = 0;
  auto file = env_.open(path, store::Env::Open::existing);
  if (!file.ok()) return failed(file.fault());
  const auto found = (*file)->size();
  if (!found.ok()) return failed(found.fault());
  *size = *found;
  return leveldb::Status::OK();
}

leveldb::Status LevelDbEnv::RenameFile(const std::string& from, const std::string& to) {
  return change([&]() -> Status {
    if (Status done = env_.rename(from, to); !done.ok()) return done;
    return env_.sync_directory(directory_of(to));
  });
}

leveldb::Status LevelDbEnv::LockFile(const std::string& path, leveldb::FileLock** lock) {
  *lock = nullptr;
  auto file = env_.lock(path);
  if (!file.ok()) return failed(file.fault());
  *lock = new Lock(std::move(*file));
  return leveldb::Status::OK();
}

leveldb::Status LevelDbEnv::UnlockFile(leveldb::FileLock* lock) {
  delete lock;
  return leveldb::Status::OK();
}

void LevelDbEnv::Schedule(void (*function)(void*), void* argument) {
  std::lock_guard guard(mutex_);
  if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
  jobs_.emplace_back(function, argument);
  wake_.notify_one();
}

void LevelDbEnv::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    const auto [function, argument] = jobs_.front();
    jobs_.pop_front();
    lock.unlock();
    function(argument);
    lock.lock();
  }
}

void LevelDbEnv::StartThread(void (*function)(void*), void* argument) {
  Schedule(function, argument);
}

leveldb::Status LevelDbEnv::GetTestDirectory(std::string*) {
  return leveldb::Status::NotSupported("no test directory");
}

leveldb::Status LevelDbEnv::NewLogger(const std::string&, leveldb::Logger** result) {
  *result = new Silent;
  return leveldb::Status::OK();
}

uint64_t LevelDbEnv::NowMicros() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

void LevelDbEnv::SleepForMicroseconds(int micros) {
  std::this_thread::sleep_for(std::chrono::microseconds(micros));
}

}  // namespace paddock::store
