// The lines that describe an ensemble: server.N, group.G, weight.N and version, in zoo.cfg, in a dynamic
// configuration file, or in what servers send each other (spec/quorum-protocol.md 1.3, reference/features.md
// section 7).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "server/zab/membership.h"

namespace paddock::zab {

// host:quorum:election[:role][|host:quorum:election...][;[host:]client[;[host:]secure]]
Result<Member> parse_server_line(ServerId id, std::string_view value);

class MembershipLines {
 public:
  static bool is_mine(std::string_view key);

  // Requires: is_mine(key). A fault says what is wrong with this line.
  Status add(std::string_view key, std::string_view value);
  // The whole, checked: groups and weights name members, everybody is in a group if there are groups.
  Result<Membership> finish() const;

 private:
  Status add_group(std::string_view group, std::string_view members);
  Status put_in_groups(Membership& membership) const;

  std::map<ServerId, Member> members_;
  std::map<ServerId, int64_t> groups_;
  std::map<ServerId, int64_t> weights_;
  int64_t version_ = 0;
};

// A whole configuration, one setting a line, as notifications, NEWLEADER and /zookeeper/config carry it.
Result<Membership> parse_membership(std::string_view text);
// Its version alone; 0 if it has none. A notification comes with each, and hardly one is new.
int64_t version_in(std::string_view text);

}  // namespace paddock::zab
