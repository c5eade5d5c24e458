#include "server/config/session_secrets.h"

#include <sys/stat.h>

#include "protocol/base/text.h"
#include "server/config/atomic_file.h"

namespace paddock::config {
namespace {

constexpr size_t kLeastSecret = 32;
constexpr std::string_view kZooKeeper = "zookeeper";
using Word = SessionSecrets::ZooKeeper;

}  // namespace

Result<SessionSecrets> parse_session_secrets(std::string_view text) {
  SessionSecrets found;
  int number = 0;
  for (const std::string_view whole : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(whole);
    if (line.empty() || line.starts_with('#')) continue;
    if (line == kZooKeeper) {
      if (found.zookeeper != Word::nowhere) continue;
      found.zookeeper = found.secrets.empty() ? Word::first : Word::behind;
    } else if (line.find_first_of(" \t") != std::string_view::npos) {
      return make_fault("line {}: a secret has no blanks", number);
    } else if (line.size() < kLeastSecret) {
      return make_fault(
          "line {}: a secret of {} characters can be guessed; at least {}, as of `openssl rand -hex 32`",
          number, line.size(), kLeastSecret);
    } else {
      found.secrets.emplace_back(line);
    }
  }
  if (found.secrets.empty()) return make_fault("there is no secret in it");
  return found;
}

Result<SessionSecrets> load_session_secrets(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.fault();
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0) {
    return make_fault("{} can be read by everybody: chmod o= it", path);
  }
  auto found = parse_session_secrets(*text);
  if (!found) return make_fault("{}: {}", path, found.fault().message);
  return found;
}

}  // namespace paddock::config
