#include "server/store/damage.h"

#include "server/store/durable_file.h"

namespace paddock::store {
namespace {

constexpr char kNote[] = "DAMAGE";
constexpr char kLock[] = "LOCK";
constexpr char kAside[] = "damaged-";

Result<std::string> unused_name(Env& env, const std::string& directory) {
  for (int number = 1;; ++number) {
    const std::string path = fmt::format("{}/{}{}", directory, kAside, number);
    const auto taken = env.exists(path);
    if (!taken.ok()) return taken.fault();
    if (!*taken) return path;
  }
}

Status put_aside(Env& env, const std::string& directory) {
  const auto names = env.list(directory);
  if (!names.ok()) return names.fault();
  const auto aside = unused_name(env, directory);
  if (!aside.ok()) return aside.fault();
  if (Status done = env.make_directories(*aside); !done.ok()) return done;
  for (const std::string& name : *names) {
    if (name == kNote || name == kLock || name.starts_with(kAside)) continue;
    if (Status done = env.rename(directory + "/" + name, *aside + "/" + name); !done.ok()) return done;
  }
  if (Status done = env.sync_directory(*aside); !done.ok()) return done;
  return env.sync_directory(directory);
}

}  // namespace

Result<std::string> read_damage(Env& env, const StoreDirectories& directories) {
  const std::string path = directories.data + "/" + kNote;
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  return *exists ? read_whole_file(env, path) : Result<std::string>(std::string());
}

Status put_damage_aside(Env& env, const StoreDirectories& directories, std::string_view why) {
  const auto noted = read_damage(env, directories);
  if (!noted.ok()) return noted.fault();
  if (noted->empty()) {
    if (Status done = write_whole_file(env, directories.data, kNote, why); !done.ok()) return done;
  }
  if (Status done = put_aside(env, directories.data); !done.ok() || directories.log == directories.data) {
    return done;
  }
  return put_aside(env, directories.log);
}

Status forget_damage(Env& env, const StoreDirectories& directories) {
  return remove_file_if_there(env, directories.data, directories.data + "/" + kNote);
}

}  // namespace paddock::store
