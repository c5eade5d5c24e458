#include "znode/watch_index.h"

#include <utility>

namespace paddock::znode {

WatchIndex::WatchIndex()
    : paths_by_name_(paths_), connections_by_id_(connections_), watches_by_key_(watches_) {}

void WatchIndex::add(WatchMode mode, std::string_view path, ConnectionId connection) {
  uint32_t index = find(path, connection);
  if (index == kNone) index = insert(path_for(path), connection_for(connection));
  const WatchModes added = mode_bit(mode) & ~watches_[index].modes;
  watches_[index].modes |= added;
  if ((added & kRecursiveWatch) != 0) ++recursive_count_;
}

bool WatchIndex::contains(WatchModes any_of, std::string_view path, ConnectionId connection) const {
  const uint32_t index = find(path, connection);
  return index != kNone && (watches_[index].modes & any_of) != 0;
}

bool WatchIndex::remove(WatchModes modes, std::string_view path, ConnectionId connection) {
  if (!contains(modes, path, connection)) return false;
  clear_modes(find(path, connection), modes);
  return true;
}

void WatchIndex::drop_connection(ConnectionId connection) {
  const uint32_t place = connections_by_id_.find(connection);
  if (place == kNone) return;
  for (uint32_t index = connections_[place].first; index != kNone;) {
    const uint32_t next = watches_[index].next_of_connection;
    clear_modes(index, kAnyWatch);
    index = next;
  }
}

void WatchIndex::for_each(const std::function<void(const std::string& path, ConnectionId)>& visit) const {
  for (const Path& path : paths_) {
    for (uint32_t index = path.first; index != kNone; index = watches_[index].next_of_path) {
      visit(path.name, connections_[watches_[index].connection].id);
    }
  }
}

uint32_t WatchIndex::find(std::string_view path, ConnectionId connection) const {
  const uint32_t path_index = paths_by_name_.find(path);
  if (path_index == kNone) return kNone;
  const uint32_t connection_index = connections_by_id_.find(connection);
  if (connection_index == kNone) return kNone;
  return watches_by_key_.find({path_index, connection_index});
}

uint32_t WatchIndex::path_for(std::string_view name) {
  if (const uint32_t known = paths_by_name_.find(name); known != kNone) return known;
  if (free_paths_.empty()) {
    free_paths_.push_back(static_cast<uint32_t>(paths_.size()));
    paths_.emplace_back();
  }
  const uint32_t index = free_paths_.back();
  free_paths_.pop_back();
  paths_[index].name = name;
  paths_by_name_.insert(index);
  return index;
}

uint32_t WatchIndex::connection_for(ConnectionId id) {
  if (const uint32_t known = connections_by_id_.find(id); known != kNone) return known;
  const uint32_t index = connections_.allocate();
  connections_[index].id = id;
  connections_by_id_.insert(index);
  return index;
}

uint32_t WatchIndex::insert(uint32_t path, uint32_t connection) {
  const uint32_t index = watches_.allocate();
  Watch& watch = watches_[index];
  watch.path = path;
  watch.connection = connection;
  watch.next_of_path = std::exchange(paths_[path].first, index);
  if (watch.next_of_path != kNone) watches_[watch.next_of_path].prev_of_path = index;
  watch.next_of_connection = std::exchange(connections_[connection].first, index);
  if (watch.next_of_connection != kNone) watches_[watch.next_of_connection].prev_of_connection = index;
  ++connections_[connection].count;
  watches_by_key_.insert(index);
  return index;
}

size_t WatchIndex::count_of(ConnectionId connection) const {
  const uint32_t index = connections_by_id_.find(connection);
  return index == kNone ? 0 : connections_[index].count;
}

void WatchIndex::clear_modes(uint32_t index, int modes) {
  Watch& watch = watches_[index];
  if ((watch.modes & modes & kRecursiveWatch) != 0) --recursive_count_;
  watch.modes = static_cast<WatchModes>(watch.modes & ~modes);
  if (watch.modes == 0) erase(index);
}

void WatchIndex::erase(uint32_t index) {
  watches_by_key_.erase(index);
  const Watch watch = watches_[index];
  unlink_from_path(watch);
  unlink_from_connection(watch);
  watches_.release(index);
}

void WatchIndex::unlink_from_path(const Watch& watch) {
  Path& path = paths_[watch.path];
  if (watch.next_of_path != kNone) watches_[watch.next_of_path].prev_of_path = watch.prev_of_path;
  (watch.prev_of_path == kNone ? path.first : watches_[watch.prev_of_path].next_of_path) = watch.next_of_path;
  if (path.first != kNone) return;
  paths_by_name_.erase(watch.path);
  std::string().swap(path.name);
  free_paths_.push_back(watch.path);
}

void WatchIndex::unlink_from_connection(const Watch& watch) {
  Connection& connection = connections_[watch.connection];
  --connection.count;
  if (watch.next_of_connection != kNone) {
    watches_[watch.next_of_connection].prev_of_connection = watch.prev_of_connection;
  }
  (watch.prev_of_connection == kNone ? connection.first
                                     : watches_[watch.prev_of_connection].next_of_connection) =
      watch.next_of_connection;
  if (connection.first != kNone) return;
  connections_by_id_.erase(watch.connection);
  connections_.release(watch.connection);
}

}  // namespace paddock::znode
