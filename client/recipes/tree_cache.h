// TreeCache: a copy of a subtree, kept up to date by one persistent recursive watch (servers from 3.6 on). Of
// depth 0 it is what Curator calls a NodeCache, of depth 1 a PathChildrenCache.
// After a lost connection or session everything is read again, and what has changed meanwhile is told as if
// it had just happened; what lasted only between two looks is not.
//
// Invariant: a node is another one when its czxid is, and has changed when its mzxid has; versions begin anew
// with a node that is made again.
//
// Thread rule: the client's executor; the callback may not destroy the cache.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "client/recipes/background.h"

namespace paddock::recipes {

class TreeCache {
 public:
  enum class Change { created, changed, deleted };
  // `node`: what it is now; what it was last when deleted.
  using Tell = std::function<void(Change change, const std::string& path, const client::NodeData& node)>;
  using Nodes = std::map<std::string, client::NodeData>;

  static constexpr size_t kAnyDepth = std::numeric_limits<size_t>::max();

  // `complete`: called once, when everything has been read. `depth`: so far below `path`, 0 for the node
  // alone.
  TreeCache(client::ClientPtr zk, std::string path, Tell tell = nullptr,
            std::function<void()> complete = nullptr, size_t depth = kAnyDepth);

  // By path, the root of the subtree among them.
  const Nodes& nodes() const { return state_->nodes; }
  // True: everything has been read at least once.
  bool is_complete() const { return state_->complete; }

 private:
  struct State;
  struct Place {
    std::string path;
    size_t depth;
    bool holds(std::string_view node) const;
  };
  static client::Async<client::Outcome<Nodes>> scan(client::ClientPtr zk, Place place, client::Limits limits);
  static client::Async<void> keep(client::ClientPtr zk, Place place, std::shared_ptr<State> state,
                                  std::stop_token stop);
  struct State {
    Nodes nodes;
    bool complete = false;
    Tell tell;
    std::function<void()> tell_complete;
    void put(const std::string& path, const client::NodeData& node);
    void erase(const std::string& path);
  };

  const std::shared_ptr<State> state_;
  Background background_;
};

}  // namespace paddock::recipes
