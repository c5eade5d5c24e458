#include "server/inspect/data_place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "protocol/jute/reader.h"
#include "server/store/base.h"
#include "server/store/java_directory.h"
#include "server/store/java_log.h"
#include "server/store/java_snapshot.h"
#include "server/store/snapshot_file.h"
#include "server/store/wal_format.h"
#include "server/store/wal_segment.h"

namespace paddock::inspect {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMagicBytes = 8;

bool is_directory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// "data/" and "data" are one place.
std::string without_slash(std::string place) {
  while (place.size() > 1 && place.back() == '/') place.pop_back();
  return place;
}

enum class Content { segment, received_snapshot, java_log, java_snapshot, other };

Result<Content> content_of(store::Env& env, const std::string& path) {
  auto file = env.open(path, store::Env::Open::existing);
  if (!file.ok()) return file.fault();
  const auto head = (*file)->read_at(0, kMagicBytes);
  if (!head.ok()) return head.fault();
  if (head->starts_with(store::kSegmentMagic)) return Content::segment;
  if (head->starts_with(store::kReceivedSnapshotMagic)) return Content::received_snapshot;
  const int32_t java_magic = jute::Reader(*head).read_int();
  if (java_magic == store::kJavaLogMagic) return Content::java_log;
  if (java_magic == store::kJavaSnapshotMagic) return Content::java_snapshot;
  const bool compressed = head->starts_with("\x1f\x8b") || head->starts_with("\x82SNAPPY");
  return compressed ? Content::java_snapshot : Content::other;
}

std::vector<std::string> names_in(store::Env& env, const std::string& directory) {
  auto names = env.list(directory);
  return names.ok() ? std::move(*names) : std::vector<std::string>();
}

template <class Wanted>
bool holds(const std::vector<std::string>& names, Wanted wanted) {
  return std::any_of(names.begin(), names.end(), wanted);
}

bool is_paddock_directory(const std::vector<std::string>& names) {
  return holds(names, [](const std::string& name) {
    return name == "FORMAT" || name == "epochs" || name == "wal" || name == "checkpoint";
  });
}

bool is_java_directory(const std::vector<std::string>& names) {
  return holds(names, [](std::string_view name) {
    return store::zxid_in_java_name(name, "log.") || store::zxid_in_java_name(name, "snapshot.");
  });
}

// Which directory a place stands for.
struct Home {
  enum class Kind { paddock, java, wal, checkpoint } kind;
  std::string path;
};

Result<Home> home_of(store::Env& env, const std::string& place) {
  const std::string paddock = place + "/paddock";
  const std::string java = place + "/version-2";
  const bool has_paddock = is_directory(paddock);
  if (has_paddock && is_directory(java)) {
    return make_fault("{} holds data of both Paddock and ZooKeeper: name {} or {}", place, paddock, java);
  }
  if (has_paddock) return Home{Home::Kind::paddock, paddock};
  if (is_directory(java)) return Home{Home::Kind::java, java};
  const auto names = names_in(env, place);
  if (is_paddock_directory(names)) return Home{Home::Kind::paddock, place};
  if (is_java_directory(names)) return Home{Home::Kind::java, place};
  if (holds(names, [](const std::string& name) { return store::segment_index(name).has_value(); })) {
    return Home{Home::Kind::wal, place};
  }
  if (holds(names, [](const std::string& name) { return name == "CURRENT"; })) {
    return Home{Home::Kind::checkpoint, place};
  }
  return make_fault("{} holds no data of Paddock or ZooKeeper", place);
}

std::vector<std::string> segments_in(store::Env& env, const std::string& directory) {
  std::vector<std::string> paths;
  for (const std::string& name : names_in(env, directory)) {
    if (store::segment_index(name)) paths.push_back(directory + "/" + name);
  }
  return paths;
}

// A dataDir knows which log counts. A dataLogDir does not: there must be no choice.
Result<std::string> wal_of(store::Env& env, const std::string& paddock) {
  const auto base = store::read_base(env, {paddock, paddock});
  if (!base.ok()) return base.fault();
  const std::string counts = store::wal_directory({paddock, paddock}, base->number);
  const bool knows = is_there(paddock + "/BASE") || is_there(paddock + "/checkpoint");
  if (knows && is_directory(counts)) return counts;
  std::vector<std::string> logs;
  for (const std::string& name : names_in(env, paddock)) {
    if (name == "wal" || name.starts_with("wal.")) logs.push_back(paddock + "/" + name);
  }
  if (knows || logs.empty()) return make_fault("{} holds no log: is dataLogDir elsewhere?", paddock);
  if (logs.size() == 1) return logs.front();
  return make_fault("{} holds several logs, and BASE in dataDir says which one counts: name one of them",
                    paddock);
}

Result<LogPlace> log_in(store::Env& env, const Home& home) {
  LogPlace log;
  log.whole = true;
  log.directory = home.path;
  switch (home.kind) {
    case Home::Kind::checkpoint:
      return make_fault("{} is a checkpoint, not a log: 'snapshot' shows it", home.path);
    case Home::Kind::wal:
      log.directory.clear();
      log.files = segments_in(env, home.path);
      return log;
    case Home::Kind::paddock: {
      const auto wal = wal_of(env, home.path);
      if (!wal.ok()) return wal.fault();
      log.files = segments_in(env, *wal);
      if (log.files.empty()) return make_fault("{} holds no segment of a log", *wal);
      return log;
    }
    case Home::Kind::java: {
      log.maker = Maker::zookeeper;
      const auto files = store::java_logs(env, {home.path, home.path});
      if (!files.ok()) return files.fault();
      for (const store::JavaFile& file : *files) log.files.push_back(file.path);
      if (log.files.empty()) return make_fault("{} holds no log: is dataLogDir elsewhere?", home.path);
      return log;
    }
  }
  return log;
}

Result<TreePlace> tree_in(store::Env& env, const Home& home) {
  switch (home.kind) {
    case Home::Kind::wal:
      return make_fault("{} is a log, not a snapshot: 'log' shows it", home.path);
    case Home::Kind::checkpoint:
      return TreePlace{TreeForm::checkpoint, home.path, {}, {}};
    case Home::Kind::paddock: {
      const store::StoreDirectories directories{home.path, home.path};
      const auto base = store::read_base(env, directories);
      if (!base.ok()) return base.fault();
      TreePlace tree{
          TreeForm::checkpoint, store::checkpoint_directory(directories, base->number), home.path, {}};
      if (!base->has_checkpoint) {
        tree = {TreeForm::received_snapshot, store::snapshot_path(directories, base->number), home.path, {}};
      }
      if (!is_there(tree.path)) return make_fault("{} holds no checkpoint: is it a dataLogDir?", home.path);
      return tree;
    }
    case Home::Kind::java: {
      const auto newest = store::newest_java_snapshot(env, {home.path, home.path});
      if (!newest.ok()) return newest.fault();
      if (newest->content.empty())
        return make_fault("{} holds no snapshot: is dataDir elsewhere?", home.path);
      return TreePlace{TreeForm::zookeeper_snapshot, newest->file.path, home.path, newest->passed_over};
    }
  }
  return TreePlace{};
}

}  // namespace

Result<LogPlace> find_log(store::Env& env, const std::string& named) {
  const std::string place = without_slash(named);
  if (!is_there(place)) return make_fault("{}: no such file or directory", place);
  if (is_directory(place)) {
    const auto home = home_of(env, place);
    return home.ok() ? log_in(env, *home) : home.fault();
  }
  const auto content = content_of(env, place);
  if (!content.ok()) return content.fault();
  if (*content == Content::segment) return LogPlace{Maker::paddock, {place}, false, {}};
  if (*content == Content::java_log) return LogPlace{Maker::zookeeper, {place}, false, {}};
  if (*content == Content::other) return make_fault("{} is no log of Paddock or ZooKeeper", place);
  return make_fault("{} is a snapshot, not a log: 'snapshot' shows it", place);
}

Result<TreePlace> find_tree(store::Env& env, const std::string& named) {
  const std::string place = without_slash(named);
  if (!is_there(place)) return make_fault("{}: no such file or directory", place);
  if (is_directory(place)) {
    const auto home = home_of(env, place);
    return home.ok() ? tree_in(env, *home) : home.fault();
  }
  const auto content = content_of(env, place);
  if (!content.ok()) return content.fault();
  switch (*content) {
    case Content::received_snapshot:
      return TreePlace{TreeForm::received_snapshot, place, {}, {}};
    case Content::java_snapshot:
      return TreePlace{TreeForm::zookeeper_snapshot, place, {}, {}};
    case Content::other:
      return make_fault("{} is no snapshot of Paddock or ZooKeeper", place);
    default:
      return make_fault("{} is a log, not a snapshot: 'log' shows it", place);
  }
}

Result<bool> is_in_use(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return false;
    return make_fault("{}: cannot open: {}", path, std::strerror(errno));
  }
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

}  // namespace paddock::inspect
