// ModelTree: the znodes and one-shot watches of a few sessions, by ZooKeeper's rules read literally
// (spec/client-protocol.md sections 10, 11 and 13). What the fuzzer `sessions` holds the server's tree
// against: slow and obvious on purpose. All ACLs are open.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/base/paths.h"
#include "protocol/client/records.h"

namespace paddock::fuzz {

struct Moment {
  int64_t zxid = 0;
  int64_t time_ms = 0;
};

class ModelTree {
 public:
  static constexpr int64_t kContainer = std::numeric_limits<int64_t>::min();
  static constexpr int32_t kAnyVersion = -1;
  static constexpr const char* kTop = "/top";  // everything is below it

  using Event = std::tuple<uint64_t, client::EventType, std::string>;  // connection, what, path

  void create_top(Moment when) { nodes_[kTop] = node_of("", 0, when); }

  // `owner`: a session, kContainer or 0. `path` gets its number if it is `sequential`.
  ErrorCode create(std::string& path, bool sequential, std::string data, int64_t owner, Moment when) {
    const std::string parent(parent_path(path));
    const auto above = nodes_.find(parent);
    if (above == nodes_.end()) return ErrorCode::no_node;
    if (sequential) path += number_text(above->second.created);
    if (nodes_.contains(path)) return ErrorCode::node_exists;
    if (above->second.owner != 0 && above->second.owner != kContainer) {
      return ErrorCode::no_children_for_ephemerals;
    }
    above->second.created += 1;
    above->second.pzxid = when.zxid;
    nodes_[path] = node_of(std::move(data), owner, when);
    std::set<uint64_t> told;
    tell(data_watches_, path, client::EventType::created, told);
    told.clear();
    tell(child_watches_, parent, client::EventType::children_changed, told);
    return ErrorCode::ok;
  }

  ErrorCode remove(const std::string& path, int32_t version, Moment when) {
    if (const ErrorCode err = check(path, version); err != ErrorCode::ok) return err;
    if (!children(path).empty()) return ErrorCode::not_empty;
    erase(path, when);
    return ErrorCode::ok;
  }

  ErrorCode set_data(const std::string& path, std::string data, int32_t version, Moment when) {
    if (const ErrorCode err = check(path, version); err != ErrorCode::ok) return err;
    Node& node = nodes_.at(path);
    node.data = std::move(data);
    node.version += 1;
    node.mzxid = when.zxid;
    node.mtime_ms = when.time_ms;
    std::set<uint64_t> told;
    tell(data_watches_, path, client::EventType::data_changed, told);
    return ErrorCode::ok;
  }

  ErrorCode check(const std::string& path, int32_t version) const {
    const auto found = nodes_.find(path);
    if (found == nodes_.end()) return ErrorCode::no_node;
    const bool fits = version == kAnyVersion || version == found->second.version;
    return fits ? ErrorCode::ok : ErrorCode::bad_version;
  }

  void end_session(int64_t session, Moment when) {
    std::vector<std::string> paths;
    for (const auto& [path, node] : nodes_) {
      if (node.owner == session) paths.push_back(path);
    }
    for (const std::string& path : paths) erase(path, when);
  }
  void drop_connection(uint64_t connection) {
    for (auto* watches : {&data_watches_, &child_watches_}) {
      for (auto& [path, watchers] : *watches) watchers.erase(connection);
    }
  }

  bool has(const std::string& path) const { return nodes_.contains(path); }
  const std::string& data(const std::string& path) const { return nodes_.at(path).data; }
  std::vector<std::string> children(const std::string& path) const {
    std::vector<std::string> names;
    const std::string prefix = path + "/";
    for (auto it = nodes_.lower_bound(prefix); it != nodes_.end() && it->first.starts_with(prefix); ++it) {
      if (it->first.find('/', prefix.size()) == std::string::npos)
        names.push_back(it->first.substr(prefix.size()));
    }
    return names;
  }
  client::Stat stat(const std::string& path) const {
    const Node& node = nodes_.at(path);
    client::Stat stat;
    stat.czxid = node.czxid;
    stat.mzxid = node.mzxid;
    stat.pzxid = node.pzxid;
    stat.ctime = node.ctime_ms;
    stat.mtime = node.mtime_ms;
    stat.version = node.version;
    stat.num_children = static_cast<int32_t>(children(path).size());
    stat.cversion = 2 * node.created - stat.num_children;
    stat.ephemeral_owner = node.owner == kContainer ? 0 : node.owner;  // on the wire (section 10.3)
    stat.data_length = static_cast<int32_t>(node.data.size());
    return stat;
  }

  void watch_data(const std::string& path, uint64_t connection) { data_watches_[path].insert(connection); }
  void watch_children(const std::string& path, uint64_t connection) {
    child_watches_[path].insert(connection);
  }
  // Those since the last call.
  std::multiset<Event> events() { return std::exchange(events_, {}); }

 private:
  struct Node {
    std::string data;
    int64_t owner = 0;
    int32_t version = 0;
    int32_t created = 0;  // children, ever
    int64_t czxid = 0, mzxid = 0, pzxid = 0;
    int64_t ctime_ms = 0, mtime_ms = 0;
  };
  using Watching = std::map<std::string, std::set<uint64_t>>;

  static Node node_of(std::string data, int64_t owner, Moment when) {
    return {std::move(data), owner, 0, 0, when.zxid, when.zxid, when.zxid, when.time_ms, when.time_ms};
  }
  static std::string number_text(int32_t number) {
    std::string digits = std::to_string(number);
    return std::string(10 - digits.size(), '0') + digits;
  }

  void erase(const std::string& path, Moment when) {
    const std::string parent(parent_path(path));
    nodes_.erase(path);
    nodes_.at(parent).pzxid = when.zxid;
    std::set<uint64_t> told;  // of the node's end nobody is told twice
    tell(data_watches_, path, client::EventType::deleted, told);
    tell(child_watches_, path, client::EventType::deleted, told);
    told.clear();
    tell(child_watches_, parent, client::EventType::children_changed, told);
  }
  void tell(Watching& watching, const std::string& path, client::EventType what, std::set<uint64_t>& told) {
    const auto found = watching.find(path);
    if (found == watching.end()) return;
    for (const uint64_t connection : found->second) {
      if (told.insert(connection).second) events_.insert({connection, what, path});
    }
    watching.erase(found);
  }

  std::map<std::string, Node> nodes_;
  Watching data_watches_;
  Watching child_watches_;
  std::multiset<Event> events_;
};

}  // namespace paddock::fuzz
