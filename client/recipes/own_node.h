// OwnNode: a node of one name that somebody wants to be there and to be his: what PersistentNode and
// ServiceRegistration have in common.
//
// Failure: node_exists, it is somebody else's, who may not be replaced; otherwise what the server says. Lost
// replies are survived: the node is known by its owner.
#pragma once

#include <functional>
#include <string>

#include "client/recipes/hold.h"

namespace paddock::recipes {

struct OwnNode {
  std::string path;
  std::string data;
  client::CreateMode mode = client::CreateMode::ephemeral;  // or persistent: then everybody's is ours
  // False: what somebody has written into ours since may stay.
  bool speak = true;
  // Whose node is deleted to make room for ours. `owner`: a session, or 0.
  std::function<bool(int64_t owner)> may_replace;
};

// One attempt to have it; leaves a watch on the path.
Async<ErrorCode> have_node(ClientPtr zk, OwnNode wanted);

// Deletes an ephemeral node of `owner`, which is this client's session, through lost connections. Its path
// may be somebody else's as soon as it is not ours: so no other session deletes it, and after a lost reply it
// is asked for again only if it is still there.
Async<ErrorCode> drop_node(ClientPtr zk, std::string path, SessionId owner);

}  // namespace paddock::recipes
