// The lines that describe an ensemble: server.N, group.G, weight.N and version, in zoo.cfg or in a dynamic
// configuration file (spec/quorum-protocol.md 1.3, reference/features.md section 7).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/zab/membership.h"

namespace paddock::config {

// host:quorum:election[:role][|host:quorum:election...][;[host:]client[;[host:]secure]]
Result<zab::Member> parse_server_line(ServerId id, std::string_view value);

class EnsembleLines {
 public:
  static bool is_mine(std::string_view key);

  // Requires: is_mine(key). A fault says what is wrong with this line.
  Status add(std::string_view key, std::string_view value);
  // The whole, checked: groups and weights name members, everybody is in a group if there are groups.
  Result<zab::Membership> finish() const;

 private:
  Status add_group(std::string_view group, std::string_view members);
  Status put_in_groups(zab::Membership& membership) const;

  std::map<ServerId, zab::Member> members_;
  std::map<ServerId, int64_t> groups_;
  std::map<ServerId, int64_t> weights_;
  int64_t version_ = 0;
};

}  // namespace paddock::config
