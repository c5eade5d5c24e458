// How values look in the shell: ZooKeeper's own forms, so that scripts written for zkCli read them. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

// A time in ms since 1970 in the local time zone. `format`: strftime's.
std::string local_time_text(int64_t ms, const char* format);
// "[a, b]"
std::string list_text(const std::vector<std::string>& items);
// Eleven lines, as zkCli's stat.
std::string stat_text(const Stat& stat);
// "'world,'anyone" and ": cdrwa", two lines for each entry.
std::string acl_text(const std::vector<OwnedAcl>& acl);
// "cdrwa"
std::string permission_letters(int32_t perms);
// "NodeDataChanged"
std::string_view event_name(EventType type);
// "CONNECTED"
std::string_view state_name(SessionState state);
// What went wrong, with the path it is about: "Node does not exist: /x".
std::string error_text(ErrorCode err, std::string_view path);

// "scheme:id:cdrwa,scheme:id:r"; the id may hold colons.
Result<std::vector<OwnedAcl>> parse_acl(std::string_view text);

}  // namespace paddock::client::shell
