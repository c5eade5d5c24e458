// Endpoint: a Place opened: its source, its sink, and the connection that they need.
#pragma once

#include <memory>
#include <optional>

#include "client/shell/place.h"
#include "client/shell/shell.h"
#include "client/shell/tree_node.h"

namespace paddock::client::shell {

struct SinkOptions {
  bool overwrite = false;
  bool delete_rest = false;
  bool acl = false;
};

class Endpoint {
 public:
  Endpoint(Shell& shell, Place place) : shell_(shell), place_(std::move(place)) {}

  // Connects, where that is needed; complains if it cannot.
  ExitCode open();
  // Requires: open() was well.
  std::unique_ptr<TreeSource> source(bool recursive, bool acl);
  std::unique_ptr<TreeSink> sink(const SinkOptions& options);

 private:
  Connection& connection() { return elsewhere_ ? *elsewhere_ : shell_.zk(); }

  Shell& shell_;
  const Place place_;
  std::optional<Connection> elsewhere_;
};

}  // namespace paddock::client::shell
