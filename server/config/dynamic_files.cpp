#include "server/config/dynamic_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "protocol/base/text.h"
#include "server/config/atomic_file.h"
#include "server/config/config.h"

namespace paddock::config {
namespace {

// The lines in the order of their text, as ZooKeeper writes them.
std::string file_text(const zab::Membership& membership, bool with_version) {
  const std::string text = membership.to_text();
  std::vector<std::string_view> lines = split(text, '\n');
  if (!with_version) std::erase_if(lines, [](std::string_view line) { return line.starts_with("version"); });
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

bool moves_out(std::string_view key, bool without_client_port) {
  for (const std::string_view prefix : {"server.", "group", "weight", "dynamicConfigFile", "peerType"}) {
    if (key.starts_with(prefix)) return true;
  }
  return without_client_port && key.starts_with("clientPort") && key != "clientPortListenBacklog";
}

}  // namespace

Result<std::string> pointing_to(std::string_view static_text, const std::string& dynamic_file,
                                bool without_client_port) {
  const auto properties = parse_properties(static_text);
  if (!properties) return properties.fault();
  std::set<int> leaving;
  for (const PropertyLine& property : *properties) {
    if (moves_out(trim(property.key), without_client_port)) leaving.insert(property.line);
  }
  std::string text;
  int number = 0;
  bool leaves = false;  // so does what continues it
  if (static_text.ends_with('\n')) static_text.remove_suffix(1);
  for (const std::string_view line : split(static_text, '\n')) {
    leaves = leaving.contains(++number) || leaves;
    if (!leaves) text += fmt::format("{}\n", line);
    leaves = leaves && line.ends_with('\\');
  }
  return text + fmt::format("dynamicConfigFile={}\n", dynamic_file);
}

std::string DynamicFiles::dynamic_file(int64_t version) const {
  std::error_code error;
  const std::string path = std::filesystem::absolute(static_file_, error);
  return fmt::format("{}.dynamic.{:x}", error ? static_file_ : path, static_cast<uint64_t>(version));
}

Status DynamicFiles::back_up() const {
  const auto text = read_file(static_file_);
  if (!text) return text.fault();
  return write_atomically(static_file_ + ".bak", *text);
}

Status DynamicFiles::propose(const zab::Membership& membership) const {
  return write_atomically(next_file(), file_text(membership, true));
}

Status DynamicFiles::commit(const zab::Membership& membership, ServerId self) const {
  const std::string path = dynamic_file(membership.version);
  if (auto written = write_atomically(path, file_text(membership, false)); !written) return written;
  const auto text = read_file(static_file_);
  if (!text) return text.fault();
  const auto own = membership.members.find(self);
  const auto edited = pointing_to(*text, path, own != membership.members.end() && own->second.client);
  if (!edited) return make_fault("{}, {}", static_file_, edited.fault().message);
  if (auto written = write_atomically(static_file_, *edited); !written) return written;
  std::error_code error;
  std::filesystem::remove(next_file(), error);
  return ok_status();
}

}  // namespace paddock::config
