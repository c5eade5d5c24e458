// A line of the audit log as ZooKeeper 3.9 with its logback.xml writes it, for the tools that read those:
//
//   2026-11-22 11:44:17,123 INFO o.a.z.a.Slf4jAuditLogger:
//   session=0x1..<TAB>user=..<TAB>...<TAB>result=success
//
// Other than there, a character that would begin a new line or a new key is written as \u000a: paths of
// failed requests, users and ACLs say whatever a client likes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "server/replica/audit_record.h"

namespace paddock::admin {

// With its end. `server_user`: who runs this server. The time in the process's zone.
std::string audit_line(const replica::AuditRecord& record, std::string_view server_user, int64_t wall_ms);

}  // namespace paddock::admin
