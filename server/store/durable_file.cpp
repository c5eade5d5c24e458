#include "server/store/durable_file.h"

namespace paddock::store {

Status write_whole_file(Env& env, const std::string& directory, const std::string& name,
                        std::string_view content) {
  const std::string path = directory + "/" + name;
  const std::string temporary = path + ".new";
  auto file = env.open(temporary, Env::Open::create);
  if (!file.ok()) return file.fault();
  if (Status done = (*file)->truncate(0); !done.ok()) return done;  // what an earlier crash left of it
  if (Status done = (*file)->write_at(0, content); !done.ok()) return done;
  if (Status done = (*file)->sync_data(); !done.ok()) return done;
  if (Status done = env.rename(temporary, path); !done.ok()) return done;
  return env.sync_directory(directory);
}

Result<std::string> read_whole_file(Env& env, const std::string& path) {
  auto file = env.open(path, Env::Open::existing);
  if (!file.ok()) return file.fault();
  const auto size = (*file)->size();
  if (!size.ok()) return size.fault();
  return (*file)->read_at(0, *size);
}

}  // namespace paddock::store
