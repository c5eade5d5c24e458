#include "client/shell/text_forms.h"

#include <fmt/ranges.h>

#include <ctime>

namespace paddock::client::shell {
namespace {

constexpr std::pair<char, int32_t> kPermissions[] = {
    {'c', kPermCreate}, {'d', kPermDelete}, {'r', kPermRead}, {'w', kPermWrite}, {'a', kPermAdmin}};

// As Java's Date prints it.
std::string date_text(int64_t ms) {
  return local_time_text(ms, "%a %b %d %H:%M:%S %Z %Y");
}

Result<int32_t> parse_permissions(std::string_view letters, std::string_view entry) {
  int32_t perms = 0;
  for (const char letter : letters) {
    const auto* found = std::find_if(std::begin(kPermissions), std::end(kPermissions),
                                     [&](auto& p) { return p.first == letter; });
    if (found == std::end(kPermissions)) return make_fault("'{}' in '{}' is none of cdrwa", letter, entry);
    perms |= found->second;
  }
  return perms;
}

}  // namespace

std::string local_time_text(int64_t ms, const char* format) {
  const std::time_t seconds = ms / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  char text[64];
  const size_t size = std::strftime(text, sizeof text, format, &local);
  return std::string(text, size);
}

std::string list_text(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string stat_text(const Stat& stat) {
  return fmt::format(
      "cZxid = 0x{:x}\nctime = {}\nmZxid = 0x{:x}\nmtime = {}\npZxid = 0x{:x}\ncversion = {}\ndataVersion = "
      "{}\n"
      "aclVersion = {}\nephemeralOwner = 0x{:x}\ndataLength = {}\nnumChildren = {}",
      static_cast<uint64_t>(stat.czxid), date_text(stat.ctime), static_cast<uint64_t>(stat.mzxid),
      date_text(stat.mtime), static_cast<uint64_t>(stat.pzxid), stat.cversion, stat.version, stat.aversion,
      static_cast<uint64_t>(stat.ephemeral_owner), stat.data_length, stat.num_children);
}

std::string permission_letters(int32_t perms) {
  std::string letters;
  for (const auto& [letter, bit] : kPermissions) {
    if (perms & bit) letters.push_back(letter);
  }
  return letters;
}

std::string acl_text(const std::vector<OwnedAcl>& acl) {
  std::string text;
  for (const OwnedAcl& entry : acl) {
    text += fmt::format("{}'{},'{}\n: {}", text.empty() ? "" : "\n", entry.scheme, entry.id,
                        permission_letters(entry.perms));
  }
  return text;
}

std::string_view event_name(EventType type) {
  switch (type) {
    case EventType::none:
      return "None";
    case EventType::created:
      return "NodeCreated";
    case EventType::deleted:
      return "NodeDeleted";
    case EventType::data_changed:
      return "NodeDataChanged";
    case EventType::children_changed:
      return "NodeChildrenChanged";
  }
  return "Unknown";
}

std::string_view state_name(SessionState state) {
  switch (state) {
    case SessionState::disconnected:
    case SessionState::connecting:
      return "CONNECTING";
    case SessionState::connected:
      return "CONNECTED";
    case SessionState::expired:
      return "EXPIRED";
    case SessionState::auth_failed:
      return "AUTH_FAILED";
    case SessionState::closed:
      return "CLOSED";
  }
  return "UNKNOWN";
}

std::string error_text(ErrorCode err, std::string_view path) {
  switch (err) {
    case ErrorCode::no_node:
      return fmt::format("Node does not exist: {}", path);
    case ErrorCode::node_exists:
      return fmt::format("Node already exists: {}", path);
    case ErrorCode::not_empty:
      return fmt::format("Node not empty: {}", path);
    case ErrorCode::no_auth:
      return fmt::format("Insufficient permission : {}", path);
    case ErrorCode::bad_version:
      return fmt::format("version No is not valid : {}", path);
    case ErrorCode::no_children_for_ephemerals:
      return fmt::format("Ephemerals cannot have children: {}", path);
    case ErrorCode::invalid_acl:
      return fmt::format("Acl is not valid : {}", path);
    case ErrorCode::bad_arguments:
      return fmt::format("Arguments are not valid : {}", path);
    case ErrorCode::quota_exceeded:
      return fmt::format("Quota has exceeded : {}", path);
    case ErrorCode::not_read_only:
      return fmt::format("Not a read-only call: {}", path);
    case ErrorCode::no_watcher:
      return fmt::format("No watch is set: {}", path);
    case ErrorCode::auth_failed:
      return "Authentication failed; the session has ended";
    case ErrorCode::connection_loss:
      return "Connection lost; the command may or may not have taken effect";
    case ErrorCode::session_expired:
      return "The session has ended";
    case ErrorCode::unimplemented:
      return fmt::format("The server does not support this: {}", path);
    case ErrorCode::reconfig_disabled:
      return "Reconfig is disabled";
    case ErrorCode::reconfig_in_progress:
      return "Another reconfiguration is in progress";
    case ErrorCode::new_config_no_quorum:
      return "No quorum of the new configuration is connected and up to date";
    case ErrorCode::runtime_inconsistency:
      return fmt::format("not tried: {}", path);
    default:
      return fmt::format("{} ({}): {}", paddock::name_of(err), static_cast<int32_t>(err), path);
  }
}

Result<std::vector<OwnedAcl>> parse_acl(std::string_view text) {
  std::vector<OwnedAcl> acl;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view entry = text.substr(0, comma);
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
    const size_t first = entry.find(':');
    const size_t last = entry.rfind(':');
    if (first == entry.npos || first == last) return make_fault("'{}' is not SCHEME:ID:PERMISSIONS", entry);
    const auto perms = parse_permissions(entry.substr(last + 1), entry);
    if (!perms) return perms.fault();
    acl.push_back({perms.value(), std::string(entry.substr(0, first)),
                   std::string(entry.substr(first + 1, last - first - 1))});
  }
  if (acl.empty()) return make_fault("an ACL is SCHEME:ID:PERMISSIONS[,...], as in world:anyone:cdrwa");
  return acl;
}

}  // namespace paddock::client::shell
