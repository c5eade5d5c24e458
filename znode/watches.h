// Watches of this server's connections (spec/client-protocol.md section 11): who asked for what, and whom a
// change concerns. Local state, not replicated; dies with its connections.
//
// Two tables, data and child; a watch is (connection, exact path, table, mode); duplicates coalesce; the
// three modes coexist on one key (3.9). Recursive ones live in the data table only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/client/records.h"

namespace paddock::znode {

enum class WatchTable { data, child };
enum class WatchMode { standard, persistent, recursive };

class Watches {
 public:
  Watches();
  ~Watches();
  Watches(const Watches&) = delete;
  Watches& operator=(const Watches&) = delete;

  // Requires: mode != recursive or table == data.
  void add(WatchTable table, WatchMode mode, std::string_view path, ConnectionId connection);
  // checkWatches and removeWatches (11.5). False: NOWATCHER.
  bool contains(client::WatcherType type, std::string_view path, ConnectionId connection) const;
  bool remove(client::WatcherType type, std::string_view path, ConnectionId connection);
  void drop_connection(ConnectionId connection);

  // The connections to tell that `event` happened to `path` as seen from `table`; appended to `told`, where
  // each stands at most once: one that is there already is not told again. Standard watches are consumed all
  // the same. Never appends recursive watchers for children_changed.
  void trigger(WatchTable table, client::EventType event, std::string_view path,
               std::vector<ConnectionId>& told);

  // For the four-letter words, data table only: (path, connection) pairs, unordered.
  struct Entry {
    std::string path;
    ConnectionId connection;
  };
  std::vector<Entry> data_entries() const;
  size_t count() const;  // both tables, as the watch_count metric
  size_t count_of(ConnectionId connection) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Receives events in the order in which they must reach the wire.
class WatchSink {
 public:
  virtual ~WatchSink() = default;
  // `readable_by`: deliver only to a connection that this list grants READ; null: unconditionally.
  // `zxid`: what the notification's header carries (-1 for setWatches).
  virtual void deliver(ConnectionId to, client::EventType event, std::string_view path, int64_t zxid,
                       const jute::Vector<client::Acl>* readable_by) = 0;
};

}  // namespace paddock::znode
