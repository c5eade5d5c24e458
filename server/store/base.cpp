#include "server/store/base.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "server/store/durable_file.h"
#include "server/store/little_endian.h"

namespace paddock::store {
namespace {

constexpr char kName[] = "BASE";
constexpr int kVersion = 1;
constexpr std::string_view kCheckpoint = "checkpoint";
constexpr std::string_view kSnapshot = "snapshot";
constexpr std::string_view kWal = "wal";

std::string numbered(std::string_view kind, uint64_t base) {
  return base == 0 ? std::string(kind) : fmt::format("{}.{}", kind, base);
}

// The base that a name of this kind belongs to; nothing for another name.
std::optional<uint64_t> number_in(std::string_view name, std::string_view kind) {
  if (!name.starts_with(kind)) return std::nullopt;
  name.remove_prefix(kind.size());
  if (name.empty()) return 0;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  const bool whole = name[0] == '.' && error == std::errc() && end == name.data() + name.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::string encode(const Base& base) {
  std::string text =
      fmt::format("paddock-base {}\nnumber {}\nstate {}\nzxid {:016x}\n", kVersion, base.number,
                  base.has_checkpoint ? kCheckpoint : kSnapshot, static_cast<uint64_t>(base.zxid.value));
  return text + fmt::format("xxh3 {:016x}\n", checksum_of(text));
}

// Reads `label value\n` off the front.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view label) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(label)) return std::nullopt;
  const std::string_view value = text.substr(label.size(), end - label.size());
  text.remove_prefix(end + 1);
  return value;
}

std::optional<uint64_t> number_of(std::optional<std::string_view> digits, int radix) {
  uint64_t value = 0;
  if (!digits) return std::nullopt;
  const char* const end = digits->data() + digits->size();
  const auto [rest, error] = std::from_chars(digits->data(), end, value, radix);
  return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

Result<Base> decode(const std::string& path, const std::string& content) {
  std::string_view text = content;
  const auto version = number_of(take_line(text, "paddock-base "), 10);
  if (version && *version != kVersion) {
    return make_fault("{}: says version {}; this server reads version {}", path, *version, kVersion);
  }
  const auto number = number_of(take_line(text, "number "), 10);
  const auto state = take_line(text, "state ");
  const auto zxid = number_of(take_line(text, "zxid "), 16);
  Base base;
  if (number && state && zxid) base = {*number, *state == kCheckpoint, Zxid{static_cast<int64_t>(*zxid)}};
  if (!version || encode(base) != content) {
    return make_fault("{}: is damaged, so it is not known which log and checkpoint count", path);
  }
  return base;
}

}  // namespace

std::string checkpoint_directory(const StoreDirectories& directories, uint64_t base) {
  return directories.data + "/" + numbered(kCheckpoint, base);
}

std::string wal_directory(const StoreDirectories& directories, uint64_t base) {
  return directories.log + "/" + numbered(kWal, base);
}

std::string snapshot_path(const StoreDirectories& directories, uint64_t base) {
  return directories.data + "/" + numbered(kSnapshot, base);
}

Result<Base> read_base(Env& env, const StoreDirectories& directories) {
  const std::string path = directories.data + "/" + kName;
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return Base();
  const auto content = read_whole_file(env, path);
  if (!content.ok()) return content.fault();
  return decode(path, *content);
}

Status write_base(Env& env, const StoreDirectories& directories, const Base& base) {
  return write_whole_file(env, directories.data, kName, encode(base));
}

Status remove_directory(Env& env, const std::string& directory) {
  const auto exists = env.exists(directory);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return ok_status();
  const auto names = env.list(directory);
  if (!names.ok()) return names.fault();
  for (const std::string& name : *names) {
    if (Status done = env.remove(directory + "/" + name); !done.ok()) return done;
  }
  if (Status done = env.sync_directory(directory); !done.ok()) return done;
  return env.remove(directory);
}

Status remove_file_if_there(Env& env, const std::string& directory, const std::string& path) {
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return ok_status();
  if (Status done = env.remove(path); !done.ok()) return done;
  return env.sync_directory(directory);
}

Status remove_other_bases(Env& env, const StoreDirectories& directories, const Base& base) {
  const auto data = env.list(directories.data);
  if (!data.ok()) return data.fault();
  for (const std::string& name : *data) {
    const std::string path = directories.data + "/" + name;
    const auto checkpoint = number_in(name, kCheckpoint);
    const auto snapshot = number_in(name, kSnapshot);
    Status done = ok_status();
    if (checkpoint && (*checkpoint != base.number || !base.has_checkpoint))
      done = remove_directory(env, path);
    if (snapshot && (*snapshot != base.number || base.has_checkpoint)) {
      done = remove_file_if_there(env, directories.data, path);
    }
    if (!done.ok()) return done;
  }
  const auto log = env.list(directories.log);
  if (!log.ok()) return log.fault();
  for (const std::string& name : *log) {
    const auto wal = number_in(name, kWal);
    if (!wal || *wal == base.number) continue;
    if (Status done = remove_directory(env, directories.log + "/" + name); !done.ok()) return done;
  }
  return ok_status();
}

}  // namespace paddock::store
