// WatchIndex: the watches of one kind (data or child): which connection watches which exact path, in which
// modes.
//
// A watch sits in two lists, that of its path and that of its connection, so both an event and a closed
// connection find theirs without a search. Lists and pools are by number, not by pointer: half the memory.
//
// Invariants
// 1. There is at most one watch per path and connection; it has at least one mode.
// 2. A path or connection is indexed exactly as long as it has a watch.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "znode/cell_index.h"
#include "znode/slab.h"
#include "znode/watches.h"

namespace paddock::znode {

// A set of modes, one bit each.
using WatchModes = uint8_t;
constexpr WatchModes mode_bit(WatchMode mode) {
  return static_cast<WatchModes>(1u << static_cast<unsigned>(mode));
}
inline constexpr WatchModes kStandardWatch = mode_bit(WatchMode::standard);
inline constexpr WatchModes kPersistentWatch = mode_bit(WatchMode::persistent);
inline constexpr WatchModes kRecursiveWatch = mode_bit(WatchMode::recursive);
inline constexpr WatchModes kAnyWatch = kStandardWatch | kPersistentWatch | kRecursiveWatch;

class WatchIndex {
 public:
  WatchIndex();
  WatchIndex(const WatchIndex&) = delete;
  WatchIndex& operator=(const WatchIndex&) = delete;

  void add(WatchMode mode, std::string_view path, ConnectionId connection);
  bool contains(WatchModes any_of, std::string_view path, ConnectionId connection) const;
  // False if there was none of them.
  bool remove(WatchModes modes, std::string_view path, ConnectionId connection);
  void drop_connection(ConnectionId connection);

  // Whether anything at all is watched in mode recursive.
  bool has_recursive() const { return recursive_count_ > 0; }
  size_t size() const { return watches_by_key_.size(); }
  size_t count_of(ConnectionId connection) const;
  void for_each(const std::function<void(const std::string& path, ConnectionId)>& visit) const;

  // Calls found(connection) for every watch on `path` in one of `modes`, then ends those in mode standard if
  // that is among them. `found` must not change the table.
  template <class Found>
  void take(WatchModes modes, std::string_view path, Found found) {
    const uint32_t place = paths_by_name_.find(path);
    if (place == kNone) return;
    for (uint32_t index = paths_[place].first; index != kNone;) {
      const Watch watch = watches_[index];
      if ((watch.modes & modes) != 0) {
        found(connections_[watch.connection].id);
        clear_modes(index, modes & kStandardWatch);
      }
      index = watch.next_of_path;
    }
  }

 private:
  static constexpr uint32_t kNone = 0xffffffff;

  struct Watch {
    uint32_t path = kNone;
    uint32_t connection = kNone;
    uint32_t next_of_path = kNone;
    uint32_t prev_of_path = kNone;
    uint32_t next_of_connection = kNone;
    uint32_t prev_of_connection = kNone;
    WatchModes modes = 0;
  };
  struct Path {
    std::string name;
    uint32_t first = kNone;
  };
  struct Connection {
    ConnectionId id;
    uint32_t first = kNone;
    uint32_t count = 0;
  };

  struct ByName {
    using Key = std::string_view;
    static Key key(const Path& path) { return path.name; }
    static size_t hash(Key key) { return std::hash<Key>{}(key); }
  };
  struct ById {
    using Key = ConnectionId;
    static Key key(const Connection& connection) { return connection.id; }
    static size_t hash(Key key) { return std::hash<Key>{}(key); }
  };
  struct ByKey {
    struct Key {
      uint32_t path;
      uint32_t connection;
      friend bool operator==(Key, Key) = default;
    };
    static Key key(const Watch& watch) { return {watch.path, watch.connection}; }
    static size_t hash(Key key) { return std::hash<uint64_t>{}(uint64_t{key.path} << 32 | key.connection); }
  };

  uint32_t find(std::string_view path, ConnectionId connection) const;
  uint32_t path_for(std::string_view name);
  uint32_t connection_for(ConnectionId id);
  uint32_t insert(uint32_t path, uint32_t connection);
  void clear_modes(uint32_t index, int modes);
  void erase(uint32_t index);
  void unlink_from_path(const Watch& watch);
  void unlink_from_connection(const Watch& watch);

  Slab<Watch> watches_;
  std::vector<Path> paths_;
  std::vector<uint32_t> free_paths_;
  Slab<Connection> connections_;
  CellIndex<std::vector<Path>, ByName> paths_by_name_;
  CellIndex<Slab<Connection>, ById> connections_by_id_;
  CellIndex<Slab<Watch>, ByKey> watches_by_key_;
  size_t recursive_count_ = 0;
};

}  // namespace paddock::znode
