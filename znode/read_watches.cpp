// The requests that are about watches alone.
#include <utility>

#include "protocol/jute/codec.h"
#include "znode/reading.h"

namespace paddock::znode {
namespace {

using client::EventType;
using client::WatcherType;

// What setWatches reports carries no transaction's number.
constexpr int64_t kNoZxid = -1;

bool is_watcher_type(int32_t type) {
  return type >= static_cast<int32_t>(WatcherType::children) &&
         type <= static_cast<int32_t>(WatcherType::persistent_recursive);
}

// Calls on_path for each path up to the first null one. False if there was one, or if the list is null: there
// ZooKeeper throws, and what it reported before stays reported.
template <class OnPath>
bool each_path(const jute::Vector<jute::Text>& paths, OnPath on_path) {
  if (paths.null) return false;
  for (const jute::Text& path : paths) {
    if (path.is_null()) return false;
    on_path(path.view());
  }
  return true;
}

// Goes through the lists of a client that comes back having seen everything up to `seen`.
class CatchUp {
 public:
  CatchUp(Reading& reading, WatchSink& sink, int64_t seen) : reading_(reading), sink_(sink), seen_(seen) {}

  void data(std::string_view path) {
    const NodeIndex node = tree().find(path);
    if (node == kNoNode) return tell(EventType::deleted, path);
    if (tree().persisted(node).mzxid > seen_) return tell(EventType::data_changed, path);
    add(WatchTable::data, WatchMode::standard, path);
  }
  void exist(std::string_view path) {
    if (tree().find(path) != kNoNode) return tell(EventType::created, path);
    add(WatchTable::data, WatchMode::standard, path);
  }
  void child(std::string_view path) {
    const NodeIndex node = tree().find(path);
    if (node == kNoNode) return tell(EventType::deleted, path);
    if (tree().persisted(node).pzxid > seen_) return tell(EventType::children_changed, path);
    add(WatchTable::child, WatchMode::standard, path);
  }
  void persistent(std::string_view path) {
    add(WatchTable::child, WatchMode::persistent, path);
    add(WatchTable::data, WatchMode::persistent, path);
  }
  void recursive(std::string_view path) { add(WatchTable::data, WatchMode::recursive, path); }

 private:
  const Tree& tree() const { return reading_.state.tree(); }
  void tell(EventType event, std::string_view path) {
    sink_.deliver(reading_.request.connection, event, path, kNoZxid, nullptr);
  }
  void add(WatchTable table, WatchMode mode, std::string_view path) {
    reading_.watches.add(table, mode, path, reading_.request.connection);
  }

  Reading& reading_;
  WatchSink& sink_;
  int64_t seen_;
};

template <class Record>
bool decode_lists(std::string_view body, client::SetWatches2Request& request) {
  auto record = jute::decoded<Record>(body);
  if (!record) return false;
  request.relative_zxid = record->relative_zxid;
  request.data = std::move(record->data);
  request.exist = std::move(record->exist);
  request.child = std::move(record->child);
  if constexpr (std::same_as<Record, client::SetWatches2Request>) {
    request.persistent = std::move(record->persistent);
    request.recursive = std::move(record->recursive);
  }
  return true;
}

}  // namespace

ErrorCode check_watches(Reading& reading) {
  const auto request = jute::decoded<client::PathTypeRequest>(reading.request.body);
  if (!request || !is_watcher_type(request->type) || request->path.is_null()) {
    return ErrorCode::marshalling_error;
  }
  const bool found = reading.watches.contains(static_cast<WatcherType>(request->type), request->path.view(),
                                              reading.request.connection);
  return found ? ErrorCode::ok : ErrorCode::no_watcher;
}

ErrorCode remove_watches(Reading& reading) {
  const auto request = jute::decoded<client::PathTypeRequest>(reading.request.body);
  if (!request || !is_watcher_type(request->type)) return ErrorCode::marshalling_error;
  if (request->path.is_null()) return ErrorCode::no_watcher;
  const bool found = reading.watches.remove(static_cast<WatcherType>(request->type), request->path.view(),
                                            reading.request.connection);
  return found ? ErrorCode::ok : ErrorCode::no_watcher;
}

ErrorCode add_watch(Reading& reading) {
  const auto request = jute::decoded<client::PathTypeRequest>(reading.request.body);
  if (!request) return ErrorCode::marshalling_error;
  const auto mode = static_cast<client::AddWatchMode>(request->type);
  const ConnectionId connection = reading.request.connection;
  if (mode != client::AddWatchMode::persistent && mode != client::AddWatchMode::persistent_recursive) {
    return ErrorCode::marshalling_error;
  }
  if (request->path.is_null()) {
    // ZooKeeper says yes to it, and no event ever comes.
  } else if (mode == client::AddWatchMode::persistent) {
    reading.watches.add(WatchTable::child, WatchMode::persistent, request->path.view(), connection);
    reading.watches.add(WatchTable::data, WatchMode::persistent, request->path.view(), connection);
  } else {
    reading.watches.add(WatchTable::data, WatchMode::recursive, request->path.view(), connection);
  }
  jute::encode(reading.body, client::ErrorResponse{0});
  return ErrorCode::ok;
}

ErrorCode set_watches(Reading& reading, WatchSink& sink) {
  client::SetWatches2Request lists;
  const std::string_view body = reading.request.body;
  const bool decoded = reading.request.type == client::OpCode::set_watches2
                           ? decode_lists<client::SetWatches2Request>(body, lists)
                           : decode_lists<client::SetWatchesRequest>(body, lists);
  if (!decoded) return ErrorCode::marshalling_error;
  CatchUp catch_up(reading, sink, lists.relative_zxid);
  const bool complete =
      each_path(lists.data, [&](std::string_view path) { catch_up.data(path); }) &&
      each_path(lists.exist, [&](std::string_view path) { catch_up.exist(path); }) &&
      each_path(lists.child, [&](std::string_view path) { catch_up.child(path); }) &&
      each_path(lists.persistent, [&](std::string_view path) { catch_up.persistent(path); }) &&
      each_path(lists.recursive, [&](std::string_view path) { catch_up.recursive(path); });
  return complete ? ErrorCode::ok : ErrorCode::marshalling_error;
}

}  // namespace paddock::znode
