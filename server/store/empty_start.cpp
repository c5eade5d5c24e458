#include "server/store/empty_start.h"

#include <fmt/format.h>

#include <set>

#include "server/store/durable_file.h"

namespace paddock::store {
namespace {

constexpr const char* kInitialize = "initialize";
constexpr const char* kNote = "INITIALIZED";

// Where the file lies.
Result<std::set<std::string>> directories_with_file(Env& env, const EmptyStart& start) {
  std::set<std::string> found;
  for (const std::string& directory : {start.data_dir, start.data_log_dir}) {
    if (directory.empty()) continue;
    const auto exists = env.exists(directory + "/" + kInitialize);
    if (!exists.ok()) return exists.fault();
    if (*exists) found.insert(directory);
  }
  return found;
}

Status remove_file(Env& env, const std::set<std::string>& directories) {
  for (const std::string& directory : directories) {
    if (Status done = env.remove(directory + "/" + kInitialize); !done.ok()) return done;
    if (Status done = env.sync_directory(directory); !done.ok()) return done;
  }
  return ok_status();
}

}  // namespace

Result<std::string> doubt_of(Env& env, const EmptyStart& start) {
  const auto found = directories_with_file(env, start);
  if (!found.ok()) return found.fault();
  if (start.empty && !start.trusted) {
    const auto noted = env.exists(start.own_directory + "/" + kNote);
    if (!noted.ok()) return noted.fault();
    if (!*noted && found->empty()) {
      return fmt::format(
          "there is nothing in {}, and db.autocreate is false; if this server was never used, create {}/{} "
          "and "
          "start it again",
          start.own_directory, start.data_dir, kInitialize);
    }
    if (!*noted) {
      if (Status done = write_whole_file(env, start.own_directory, kNote, ""); !done.ok())
        return done.fault();
    }
  }
  if (Status done = remove_file(env, *found); !done.ok()) return done.fault();
  return std::string();
}

}  // namespace paddock::store
