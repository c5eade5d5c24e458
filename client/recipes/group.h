// Membership of a group. Of one group with kazoo's Party: <path>/<guid>__party__ holds the member's
// identifier.
#pragma once

#include <string>
#include <vector>

#include "client/recipes/persistent_node.h"

namespace paddock::recipes {

// A member for as long as it exists, through lost sessions.
class Member {
 public:
  Member(ClientPtr zk, const std::string& path, std::string identifier);

  bool is_present() const { return node_.is_present(); }

 private:
  PersistentNode node_;
};

// The identifiers of all, sorted. A group that nobody has joined yet is empty.
Async<Outcome<std::vector<std::string>>> members(ClientPtr zk, std::string path, Limits limits = {});

}  // namespace paddock::recipes
