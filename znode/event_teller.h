// EventTeller: turns what a transaction did to a node into events for the connections that watch, in
// ZooKeeper's order and each connection at most once per event (spec/client-protocol.md 11.2).
#pragma once

#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "znode/acl.h"
#include "znode/watches.h"

namespace paddock::znode {

class EventTeller {
 public:
  EventTeller(Watches& watches, WatchSink& sink, Zxid zxid) : watches_(watches), sink_(sink), zxid_(zxid) {}

  // The lists are those that a reader must satisfy: the node's own and its parent's.
  void created(std::string_view path, const AclView& acl, const AclView& parent_acl);
  void deleted(std::string_view path, const AclView& acl, const AclView& parent_acl);
  void data_changed(std::string_view path, const AclView& acl);

 private:
  void trigger(WatchTable table, client::EventType event, std::string_view path, const AclView& acl);
  void children_changed(std::string_view path, const AclView& acl);

  Watches& watches_;
  WatchSink& sink_;
  Zxid zxid_;
  std::vector<ConnectionId> told_;
};

}  // namespace paddock::znode
