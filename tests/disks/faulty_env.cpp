#include "tests/disks/faulty_env.h"

#include <algorithm>

namespace paddock::store {
namespace {

constexpr uint64_t kSector = 512;

std::string parent_of(const std::string& path) {
  return path.substr(0, path.find_last_of('/'));
}

// A change of a file's content that is not durable yet.
struct Change {
  uint64_t operation;
  std::optional<uint64_t> truncate;  // new size; else a write
  std::optional<uint64_t> extend;
  uint64_t offset = 0;
  std::string bytes;
};

struct Inode {
  std::string now;
  std::string durable;
  std::vector<Change> changes;
};

using Entries = std::map<std::string, std::shared_ptr<Inode>>;  // by full path

// A change of a directory that is not durable yet: what the names then mean, null for gone. If it is a
// directory that was renamed: from where and to where.
struct Renaming {
  uint64_t operation;
  std::string directory;
  std::vector<std::pair<std::string, std::shared_ptr<Inode>>> entries;
  std::string moved_from;
  std::string moved_to;
};

bool is_in(const std::string& path, const std::string& directory) {
  return path == directory || path.starts_with(directory + "/");
}

void move_directories(std::set<std::string>& directories, const std::string& from, const std::string& to) {
  std::set<std::string> moved;
  for (const std::string& path : directories) {
    moved.insert(is_in(path, from) ? to + path.substr(from.size()) : path);
  }
  directories = std::move(moved);
}

void apply_sector(std::string& content, const Change& change, uint64_t begin, uint64_t end,
                  Fate::Piece piece) {
  if (piece == Fate::Piece::lose) return;
  if (piece == Fate::Piece::tear) end = begin + (end - begin) / 2;
  if (content.size() < end) content.resize(end, '\0');
  content.replace(begin, end - begin, change.bytes, begin - change.offset, end - begin);
}

void apply(std::string& content, const Change& change, const Fate& fate) {
  if (change.truncate || change.extend) {
    if (fate.of(change.operation, 0) == Fate::Piece::lose) return;
    if (change.truncate) content.resize(*change.truncate, '\0');
    if (change.extend && content.size() < *change.extend) content.resize(*change.extend, '\0');
    return;
  }
  const uint64_t end = change.offset + change.bytes.size();
  for (uint64_t begin = change.offset; begin < end;) {
    const uint64_t next = std::min(end, (begin / kSector + 1) * kSector);
    apply_sector(content, change, begin, next, fate.of(change.operation, begin / kSector));
    begin = next;
  }
}

uint64_t mix(uint64_t seed, uint64_t operation, uint64_t sector) {
  return Random(seed * 0x9e3779b97f4a7c15ULL + operation * 0xbf58476d1ce4e5b9ULL + sector).next();
}

}  // namespace

Fate Fate::keep_all() {
  return Fate([](uint64_t, uint64_t) { return Piece::keep; });
}
Fate Fate::lose_all() {
  return Fate([](uint64_t, uint64_t) { return Piece::lose; });
}
Fate Fate::lose_one(uint64_t operation) {
  return Fate([operation](uint64_t o, uint64_t) { return o == operation ? Piece::lose : Piece::keep; });
}
Fate Fate::keep_one(uint64_t operation) {
  return Fate([operation](uint64_t o, uint64_t) { return o == operation ? Piece::keep : Piece::lose; });
}
Fate Fate::random_subset(uint64_t seed) {
  return Fate(
      [seed](uint64_t o, uint64_t s) { return mix(seed, o, s) % 2 == 0 ? Piece::keep : Piece::lose; });
}
Fate Fate::pages(uint64_t seed) {
  return Fate(
      [seed](uint64_t o, uint64_t s) { return mix(seed, o, s / 8) % 2 == 0 ? Piece::keep : Piece::lose; });
}
Fate Fate::torn(uint64_t seed) {
  return Fate([seed](uint64_t o, uint64_t s) { return static_cast<Piece>(mix(seed, o, s) % 3); });
}

struct FaultyEnv::Disk {
  mutable std::mutex mutex;
  Entries now;
  Entries durable;
  std::vector<Renaming> renamings;
  std::set<std::string> directories;
  std::set<std::string> locks;
  uint64_t operations = 0;
  uint64_t fail_at = 0;
  std::string error;
  bool power_cut = false;
  bool failed = false;
  bool full = false;
  mutable uint64_t failures = 0;

  // Counts one operation on `path`; the fault if it is the one that fails. Requires: mutex held.
  std::optional<Fault> step(const char* what, const std::string& path) {
    ++operations;
    const bool hit = fail_at != 0 && (operations == fail_at || (power_cut && operations > fail_at));
    if (!hit) return std::nullopt;
    failed = true;
    ++failures;
    return make_fault("{}: cannot {}: {}", path, what, error);
  }
  std::optional<Fault> full_fault(const std::string& path) const {
    if (!full) return std::nullopt;
    ++failures;
    return make_fault("{}: No space left on device", path);
  }
  bool dead() const { return power_cut && failed; }
  std::optional<Fault> dead_fault(const std::string& path) const {
    if (!dead()) return std::nullopt;
    ++failures;
    return make_fault("{}: no power", path);
  }
  void enter(const std::string& directory,
             std::vector<std::pair<std::string, std::shared_ptr<Inode>>> entries) {
    for (const auto& [path, inode] : entries) {
      if (inode)
        now[path] = inode;
      else
        now.erase(path);
    }
    renamings.push_back({operations, directory, std::move(entries), {}, {}});
  }
  // What is not durable in it goes with it: a new directory of the old name has nothing of the old one.
  void move_what_is_unsynced(const std::string& from, const std::string& to) {
    const auto moved = [&](const std::string& path) {
      return is_in(path, from) ? to + path.substr(from.size()) : path;
    };
    for (Renaming& renaming : renamings) {
      if (!is_in(renaming.directory, from)) continue;
      renaming.directory = moved(renaming.directory);
      for (auto& [path, inode] : renaming.entries) path = moved(path);
    }
  }
  void move_directory(const std::string& from, const std::string& to) {
    move_what_is_unsynced(from, to);
    std::vector<std::pair<std::string, std::shared_ptr<Inode>>> entries;
    for (const auto& [path, inode] : now) {
      if (!is_in(path, from)) continue;
      entries.push_back({path, nullptr});
      entries.push_back({to + path.substr(from.size()), inode});
    }
    for (const auto& [path, inode] : durable) {
      if (is_in(path, from) && !now.contains(path)) entries.push_back({path, nullptr});
    }
    enter(parent_of(to), std::move(entries));
    move_directories(directories, from, to);
    renamings.back().moved_from = from;
    renamings.back().moved_to = to;
  }
};

class FaultyEnv::OpenFile final : public File {
 public:
  OpenFile(std::shared_ptr<Disk> disk, std::shared_ptr<Inode> inode, std::string path, bool locked = false)
      : disk_(std::move(disk)), inode_(std::move(inode)), path_(std::move(path)), locked_(locked) {}
  ~OpenFile() override {
    if (!locked_) return;
    std::lock_guard guard(disk_->mutex);
    disk_->locks.erase(path_);
  }

  Status write_at(uint64_t offset, std::string_view bytes) override {
    std::lock_guard guard(disk_->mutex);
    const auto fault = disk_->step("write", path_);
    if (fault && disk_->power_cut) return *fault;
    if (offset + bytes.size() > inode_->now.size()) {
      if (const auto refused = disk_->full_fault(path_)) return *refused;
    }
    // A full disk takes a part of a write.
    Change change{disk_->operations,
                  {},
                  {},
                  offset,
                  std::string(bytes.substr(0, fault ? bytes.size() / 2 : bytes.size()))};
    apply(inode_->now, change, Fate::keep_all());
    inode_->changes.push_back(std::move(change));
    if (fault) return *fault;
    return ok_status();
  }

  Result<std::string> read_at(uint64_t offset, size_t count) override {
    std::lock_guard guard(disk_->mutex);
    if (const auto fault = disk_->dead_fault(path_)) return *fault;
    if (offset >= inode_->now.size()) return std::string();
    return inode_->now.substr(offset, count);
  }

  Status sync_data() override {
    std::lock_guard guard(disk_->mutex);
    if (const auto fault = disk_->step("sync", path_)) {
      // The kernel forgets that the pages are dirty: the next sync would succeed, the data be gone.
      if (!disk_->power_cut) inode_->changes.clear();
      return *fault;
    }
    inode_->durable = inode_->now;
    inode_->changes.clear();
    return ok_status();
  }

  Status truncate(uint64_t size) override { return reshape("truncate", size, true); }
  Status preallocate(uint64_t size) override { return reshape("preallocate", size, false); }

  Result<uint64_t> size() override {
    std::lock_guard guard(disk_->mutex);
    if (const auto fault = disk_->dead_fault(path_)) return *fault;
    return static_cast<uint64_t>(inode_->now.size());
  }

 private:
  Status reshape(const char* what, uint64_t size, bool truncate) {
    std::lock_guard guard(disk_->mutex);
    if (const auto fault = disk_->step(what, path_)) return *fault;
    if (size > inode_->now.size()) {
      if (const auto refused = disk_->full_fault(path_)) return *refused;
    }
    Change change{disk_->operations, {}, {}, 0, {}};
    (truncate ? change.truncate : change.extend) = size;
    apply(inode_->now, change, Fate::keep_all());
    inode_->changes.push_back(std::move(change));
    return ok_status();
  }

  const std::shared_ptr<Disk> disk_;
  const std::shared_ptr<Inode> inode_;
  const std::string path_;
  const bool locked_;
};

FaultyEnv::FaultyEnv() : disk_(std::make_shared<Disk>()) {}
FaultyEnv::~FaultyEnv() = default;

Result<std::unique_ptr<File>> FaultyEnv::open(const std::string& path, Open how) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->dead_fault(path)) return *fault;
  const auto found = disk_->now.find(path);
  if (found != disk_->now.end()) {
    if (how == Open::create_new) return make_fault("{}: cannot open: File exists", path);
    return std::unique_ptr<File>(std::make_unique<OpenFile>(disk_, found->second, path));
  }
  if (how == Open::existing || !disk_->directories.contains(parent_of(path))) {
    return make_fault("{}: cannot open: No such file or directory", path);
  }
  if (const auto fault = disk_->step("open", path)) return *fault;
  if (const auto fault = disk_->full_fault(path)) return *fault;
  auto inode = std::make_shared<Inode>();
  disk_->enter(parent_of(path), {{path, inode}});
  return std::unique_ptr<File>(std::make_unique<OpenFile>(disk_, inode, path));
}

Status FaultyEnv::make_directories(const std::string& path) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->dead_fault(path)) return *fault;
  if (disk_->directories.contains(path)) return ok_status();
  if (const auto fault = disk_->step("create directory", path)) return *fault;
  for (std::string each = path; !each.empty(); each = parent_of(each)) disk_->directories.insert(each);
  return ok_status();
}

Result<std::vector<std::string>> FaultyEnv::list(const std::string& directory) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->dead_fault(directory)) return *fault;
  if (!disk_->directories.contains(directory))
    return make_fault("{}: cannot list: No such file or directory", directory);
  std::set<std::string> names;
  const std::string prefix = directory + "/";
  for (const auto& [path, inode] : disk_->now) {
    if (parent_of(path) == directory) names.insert(path.substr(prefix.size()));
  }
  for (const std::string& path : disk_->directories) {
    if (parent_of(path) == directory) names.insert(path.substr(prefix.size()));
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Result<bool> FaultyEnv::exists(const std::string& path) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->dead_fault(path)) return *fault;
  return disk_->now.contains(path) || disk_->directories.contains(path);
}

Status FaultyEnv::rename(const std::string& from, const std::string& to) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->step("rename", from)) return *fault;
  if (disk_->directories.contains(from)) {
    disk_->move_directory(from, to);
    return ok_status();
  }
  const auto found = disk_->now.find(from);
  if (found == disk_->now.end()) return make_fault("{}: cannot rename: No such file or directory", from);
  disk_->enter(parent_of(to), {{from, nullptr}, {to, found->second}});
  return ok_status();
}

Status FaultyEnv::remove(const std::string& path) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->step("remove", path)) return *fault;
  if (disk_->directories.erase(path) != 0) return ok_status();
  if (!disk_->now.contains(path)) return make_fault("{}: cannot remove: No such file or directory", path);
  disk_->enter(parent_of(path), {{path, nullptr}});
  return ok_status();
}

Status FaultyEnv::sync_directory(const std::string& path) {
  std::lock_guard guard(disk_->mutex);
  if (const auto fault = disk_->step("sync directory", path)) return *fault;
  std::erase_if(disk_->renamings, [&](const Renaming& renaming) {
    if (renaming.directory != path) return false;
    for (const auto& [name, inode] : renaming.entries) {
      if (inode)
        disk_->durable[name] = inode;
      else
        disk_->durable.erase(name);
    }
    return true;
  });
  return ok_status();
}

Result<std::unique_ptr<File>> FaultyEnv::lock(const std::string& path) {
  {
    std::lock_guard guard(disk_->mutex);
    if (disk_->locks.contains(path)) return make_fault("{}: held by another process", path);
  }
  auto file = open(path, Open::create);
  if (!file.ok()) return file;
  std::lock_guard guard(disk_->mutex);
  disk_->locks.insert(path);
  return std::unique_ptr<File>(std::make_unique<OpenFile>(disk_, disk_->now.at(path), path, true));
}

uint64_t FaultyEnv::failures() const {
  std::lock_guard guard(disk_->mutex);
  return disk_->failures;
}

uint64_t FaultyEnv::operations() const {
  std::lock_guard guard(disk_->mutex);
  return disk_->operations;
}

void FaultyEnv::fail_at(uint64_t operation, std::string error) {
  std::lock_guard guard(disk_->mutex);
  disk_->fail_at = operation;
  disk_->error = std::move(error);
}

void FaultyEnv::cut_power_at(uint64_t operation) {
  fail_at(operation, "no power");
  std::lock_guard guard(disk_->mutex);
  disk_->power_cut = true;
}

bool FaultyEnv::failed() const {
  std::lock_guard guard(disk_->mutex);
  return disk_->failed;
}

void FaultyEnv::restore_power() {
  std::lock_guard guard(disk_->mutex);
  disk_->fail_at = 0;
  disk_->power_cut = disk_->failed = false;
  disk_->locks.clear();
}

void FaultyEnv::fill(bool full) {
  std::lock_guard guard(disk_->mutex);
  disk_->full = full;
}

std::unique_ptr<FaultyEnv> FaultyEnv::after_crash(const Fate& fate) const {
  std::lock_guard guard(disk_->mutex);
  Entries entries = disk_->durable;
  std::set<std::string> directories = disk_->directories;
  for (auto renaming = disk_->renamings.rbegin(); renaming != disk_->renamings.rend(); ++renaming) {
    if (renaming->moved_to.empty() || fate.of(renaming->operation, 0) != Fate::Piece::lose) continue;
    move_directories(directories, renaming->moved_to, renaming->moved_from);
  }
  for (const Renaming& renaming : disk_->renamings) {
    if (fate.of(renaming.operation, 0) == Fate::Piece::lose) continue;
    for (const auto& [path, inode] : renaming.entries) {
      if (inode)
        entries[path] = inode;
      else
        entries.erase(path);
    }
  }
  auto crashed = std::make_unique<FaultyEnv>();
  crashed->disk_->directories = std::move(directories);
  for (const auto& [path, inode] : entries) {
    auto copy = std::make_shared<Inode>();
    copy->durable = inode->durable;
    for (const Change& change : inode->changes) apply(copy->durable, change, fate);
    copy->now = copy->durable;
    crashed->disk_->now[path] = copy;
  }
  crashed->disk_->durable = crashed->disk_->now;
  return crashed;
}

std::vector<uint64_t> FaultyEnv::unsynced() const {
  std::lock_guard guard(disk_->mutex);
  std::set<uint64_t> numbers;
  for (const Renaming& renaming : disk_->renamings) numbers.insert(renaming.operation);
  for (const Entries* entries : {&disk_->now, &disk_->durable}) {
    for (const auto& [path, inode] : *entries) {
      for (const Change& change : inode->changes) numbers.insert(change.operation);
    }
  }
  return {numbers.begin(), numbers.end()};
}

std::string FaultyEnv::content(const std::string& path) const {
  std::lock_guard guard(disk_->mutex);
  return disk_->now.at(path)->now;
}

void FaultyEnv::overwrite(const std::string& path, std::string content) {
  std::lock_guard guard(disk_->mutex);
  auto inode = std::make_shared<Inode>();
  inode->now = inode->durable = std::move(content);
  disk_->now[path] = disk_->durable[path] = std::move(inode);
}

}  // namespace paddock::store
