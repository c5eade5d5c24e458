// IncomingState: the state that a leader sends (SNAP), built aside from the pieces of its stream while the
// old one stays in use.
#pragma once

#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/quorum/snapshot_stream.h"
#include "znode/options.h"
#include "znode/snapshot_loader.h"
#include "znode/state.h"

namespace paddock::replica {

class IncomingState : private quorum::SnapshotVisitor {
 public:
  IncomingState(const znode::Options& options, Zxid zxid) : zxid_(zxid), state_(options) {}

  // A fault: the stream is none, or no state fits it. Then nothing more may be fed.
  Status feed(std::string_view piece, bool last);
  // Requires: the last piece was fed.
  znode::State& state();

 private:
  Status session(const quorum::SessionTimeout& session) override;
  Status acl(const quorum::SnapshotAcl& acl) override;
  Status node(const quorum::SnapshotNode& node) override;

  Zxid zxid_;
  znode::State state_;
  znode::SnapshotLoader loader_{state_};
  quorum::SnapshotParser parser_{*this, INT32_MAX};  // whoever read the link has kept to the limits
  bool whole_ = false;
};

}  // namespace paddock::replica
