// Reading: one read request being answered. Each function below answers one kind of request as read.h says.
#pragma once

#include "protocol/client/records.h"
#include "znode/read.h"

namespace paddock::znode {

struct Reading {
  const State& state;
  Watches& watches;
  const ReadRequest& request;
  const Identities& who;
  jute::Writer& body;

  // The node of a path if the requester has one of `perms` on it. A null path is what ZooKeeper throws at.
  ErrorCode find(const jute::Text& path, int32_t perms, NodeIndex& node) const;
};

// getData and getChildren, also as parts of a multiRead. They append nothing unless they return ok.
ErrorCode read_data(Reading& reading, const client::PathWatchRequest& request);
ErrorCode read_children(Reading& reading, const client::PathWatchRequest& request);
ErrorCode read_multi(Reading& reading);

ErrorCode check_watches(Reading& reading);
ErrorCode remove_watches(Reading& reading);
ErrorCode add_watch(Reading& reading);
// setWatches and setWatches2: what was missed goes to `sink`, what was not is watched.
ErrorCode set_watches(Reading& reading, WatchSink& sink);

}  // namespace paddock::znode
