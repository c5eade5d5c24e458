#include "znode/event_teller.h"

#include <algorithm>

#include "protocol/base/paths.h"

namespace paddock::znode {

using client::EventType;

void EventTeller::tell(EventType event, std::string_view path, const AclView& acl,
                       const std::vector<ConnectionId>& told) {
  for (const ConnectionId connection : told) sink_.deliver(connection, event, path, zxid_.value, &acl);
}

void EventTeller::children_changed(std::string_view path, const AclView& acl) {
  told_.clear();
  watches_.trigger(WatchTable::child, EventType::children_changed, path, told_);
  tell(EventType::children_changed, path, acl, told_);
}

void EventTeller::created(std::string_view path, const AclView& acl, const AclView& parent_acl) {
  told_.clear();
  watches_.trigger(WatchTable::data, EventType::created, path, told_);
  tell(EventType::created, path, acl, told_);
  children_changed(parent_path(path), parent_acl);
}

void EventTeller::deleted(std::string_view path, const AclView& acl, const AclView& parent_acl) {
  told_.clear();
  watches_.trigger(WatchTable::data, EventType::deleted, path, told_);
  tell(EventType::deleted, path, acl, told_);

  // Child watches are consumed too, but who was told of the deletion as a data watcher is not told twice.
  std::vector<ConnectionId> child_watchers;
  watches_.trigger(WatchTable::child, EventType::deleted, path, child_watchers);
  if (!child_watchers.empty()) {
    std::sort(told_.begin(), told_.end());
    std::erase_if(child_watchers, [&](ConnectionId connection) {
      return std::binary_search(told_.begin(), told_.end(), connection);
    });
    tell(EventType::deleted, path, acl, child_watchers);
  }
  children_changed(parent_path(path), parent_acl);
}

void EventTeller::data_changed(std::string_view path, const AclView& acl) {
  told_.clear();
  watches_.trigger(WatchTable::data, EventType::data_changed, path, told_);
  tell(EventType::data_changed, path, acl, told_);
}

}  // namespace paddock::znode
