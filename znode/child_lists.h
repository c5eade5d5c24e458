// ChildLists: the lists of nodes with many children, encoded once for as long as no child comes or goes.
// Whoever watches such a node asks for all of it after each change, and so do all others who watch it.
//
// A list is kept when it is asked for a second time: one that changes between any two looks costs nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/jute/writer.h"
#include "znode/tree.h"

namespace paddock::znode {

class ChildLists {
 public:
  // Appends the count and the names of `node`'s children.
  void append(const Tree& tree, NodeIndex node, jute::Writer& body);
  // The tree is another one.
  void clear();
  size_t bytes() const { return bytes_; }  // kept

 private:
  // Which children a node has: each that comes or goes changes pzxid.
  struct Version {
    NodeIndex node = kNoNode;
    int64_t czxid = 0;  // numbers of nodes are used again
    int64_t pzxid = 0;
    int32_t cversion = 0;
    int32_t count = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };
  struct List {
    Version version;
    uint64_t used = 0;    // the higher the later
    std::string encoded;  // empty: asked for once
  };

  List* find(NodeIndex node);
  void keep(List& list, std::string_view encoded);
  void forget_oldest();

  std::vector<List> lists_;
  size_t bytes_ = 0;
  uint64_t looks_ = 0;
};

}  // namespace paddock::znode
