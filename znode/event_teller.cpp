#include "znode/event_teller.h"

#include "protocol/base/paths.h"

namespace paddock::znode {

using client::EventType;

void EventTeller::trigger(WatchTable table, EventType event, std::string_view path, const AclView& acl) {
  const size_t told_before = told_.size();
  watches_.trigger(table, event, path, told_);
  for (size_t i = told_before; i < told_.size(); ++i) sink_.deliver(told_[i], event, path, zxid_.value, &acl);
}

void EventTeller::children_changed(std::string_view path, const AclView& acl) {
  told_.clear();
  trigger(WatchTable::child, EventType::children_changed, path, acl);
}

void EventTeller::created(std::string_view path, const AclView& acl, const AclView& parent_acl) {
  told_.clear();
  trigger(WatchTable::data, EventType::created, path, acl);
  children_changed(parent_path(path), parent_acl);
}

void EventTeller::deleted(std::string_view path, const AclView& acl, const AclView& parent_acl) {
  told_.clear();
  trigger(WatchTable::data, EventType::deleted, path, acl);
  // told_ stays: whom the data table told of the deletion, the child table does not tell again.
  trigger(WatchTable::child, EventType::deleted, path, acl);
  children_changed(parent_path(path), parent_acl);
}

void EventTeller::data_changed(std::string_view path, const AclView& acl) {
  told_.clear();
  trigger(WatchTable::data, EventType::data_changed, path, acl);
}

}  // namespace paddock::znode
