#include "server/store/format_file.h"

#include <charconv>
#include <string_view>

#include "server/store/durable_file.h"

namespace paddock::store {
namespace {

constexpr char kName[] = "FORMAT";
constexpr std::string_view kPrefix = "paddock-store ";
constexpr int kVersion = 1;

}  // namespace

Result<bool> has_format(Env& env, const std::string& directory) {
  const std::string path = directory + "/" + kName;
  const auto exists = env.exists(path);
  if (!exists.ok()) return exists.fault();
  if (!*exists) return false;
  const auto content = read_whole_file(env, path);
  if (!content.ok()) return content.fault();
  int version = 0;
  const std::string_view text = *content;
  if (!text.starts_with(kPrefix)) return make_fault("{}: does not say \"{}<version>\"", path, kPrefix);
  const char* begin = text.data() + kPrefix.size();
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), version);
  if (error != std::errc() || std::string_view(end, text.data() + text.size()) != "\n") {
    return make_fault("{}: does not say \"{}<version>\"", path, kPrefix);
  }
  if (version != kVersion) {
    return make_fault("{}: says version {}; this server reads version {}", path, version, kVersion);
  }
  return true;
}

Status write_format(Env& env, const std::string& directory) {
  return write_whole_file(env, directory, kName, fmt::format("{}{}\n", kPrefix, kVersion));
}

}  // namespace paddock::store
