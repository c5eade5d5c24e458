// StateParts: what State is made of. Shared by the files that implement State; nobody else includes it.
#pragma once

#include <string>
#include <vector>

#include "znode/digest_history.h"
#include "znode/node_store.h"
#include "znode/quota_registry.h"
#include "znode/session_table.h"
#include "znode/state.h"

namespace paddock::znode {

class EventTeller;

struct StateParts {
  explicit StateParts(const Options& settings)
      : options(settings), nodes(owner_rules(settings)), sessions(nodes.changes()), quotas(nodes) {}
  StateParts(const StateParts&) = delete;
  StateParts& operator=(const StateParts&) = delete;

  // `events` may be null.
  void apply(const txn::Txn& txn, EventTeller* events, ApplyResult& result);

  const Options options;
  NodeStore nodes;
  SessionTable sessions;
  QuotaRegistry quotas;
  DigestHistory digests;
  Zxid last_applied;
  int64_t digest_mismatches = 0;
  bool is_fuzzy = false;  // see State::caught_up()
  // Stats nodes that loading brought up to date while nothing was recorded: the checkpoint has older ones.
  std::vector<std::string> mended_by_load;
};

struct State::Impl : StateParts {
  using StateParts::StateParts;
};

}  // namespace paddock::znode
