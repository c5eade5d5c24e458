#include "server/admin/audit_line.h"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

namespace paddock::admin {
namespace {

using replica::AuditRecord;

constexpr const char* kLogger = "o.a.z.a.Slf4jAuditLogger";

const char* name_of(AuditRecord::Result result) {
  static constexpr const char* kNames[] = {"success", "failure", "invoked"};
  return kNames[static_cast<size_t>(result)];
}

std::string head(AuditRecord::Result result, int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  char date[32];
  const size_t size = std::strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &local);
  const char* const level = result == AuditRecord::Result::failure ? "ERROR" : "INFO";
  return fmt::format("{},{:03} {} {}: ", std::string_view(date, size), wall_ms % 1000, level, kLogger);
}

void append_value(std::string& line, std::string_view value) {
  constexpr unsigned char kDelete = 0x7f;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == kDelete) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", byte);
    } else {
      line += c;
    }
  }
}

void append_pair(std::string& line, std::string_view key, std::string_view value) {
  line += key;
  line += '=';
  append_value(line, value);
  line += '\t';
}

}  // namespace

std::string audit_line(const AuditRecord& record, std::string_view server_user, int64_t wall_ms) {
  std::string line = head(record.result, wall_ms);
  if (record.session != SessionId{}) {
    append_pair(line, "session", fmt::format("{:#x}", static_cast<uint64_t>(record.session.value)));
  }
  const std::string_view user = record.by_server ? server_user : record.user;
  if (!user.empty()) append_pair(line, "user", user);
  if (!record.address.empty()) append_pair(line, "ip", record.address);
  append_pair(line, "operation", record.operation);
  if (record.znode) append_pair(line, "znode", *record.znode);
  if (!record.znode_type.empty()) append_pair(line, "znode_type", record.znode_type);
  if (record.acl) append_pair(line, "acl", *record.acl);
  line += "result=";
  line += name_of(record.result);
  line += '\n';
  return line;
}

}  // namespace paddock::admin
