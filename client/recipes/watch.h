// DataWatch and ChildrenWatch: told of a node's content now, and again whenever it has become another, across
// lost connections and sessions. What lasted only between two looks is not told.
//
//   DataWatch watch(zk, "/config", [](const std::optional<NodeData>& node) { ... });   // until `watch` goes
//
// Thread rule: the client's executor; the callback may destroy the watch.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "client/recipes/background.h"

namespace paddock::recipes {

class DataWatch {
 public:
  // Nothing: there is no such node.
  using Tell = std::function<void(const std::optional<client::NodeData>&)>;
  DataWatch(client::ClientPtr zk, std::string path, Tell tell);

 private:
  Background background_;
};

class ChildrenWatch {
 public:
  // Sorted names; nothing: there is no such node.
  using Tell = std::function<void(const std::optional<std::vector<std::string>>&)>;
  ChildrenWatch(client::ClientPtr zk, std::string path, Tell tell);

 private:
  Background background_;
};

}  // namespace paddock::recipes
