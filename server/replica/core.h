// Core: what the parts of a replica share: one server's mind as data. It does nothing itself; each part's own
// header says what that part does with it.
//
// Owner: Replica. Destroyed from the bottom up, so that nothing outlives what it refers to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/replica/audit_trail.h"
#include "server/replica/auth_failures.h"
#include "server/replica/client_service.h"
#include "server/replica/client_table.h"
#include "server/replica/delta_cutter.h"
#include "server/replica/local_sessions.h"
#include "server/replica/notifier.h"
#include "server/replica/remark.h"
#include "server/replica/replica.h"
#include "server/replica/reply_writer.h"
#include "server/replica/stats.h"
#include "server/replica/txn_check.h"
#include "server/zab/engine.h"
#include "server/zab/membership_lines.h"
#include "znode/child_lists.h"
#include "znode/state.h"
#include "znode/watches.h"

namespace paddock::replica {

// The last configuration that was committed may be in the state, and newer than what was given.
inline zab::EngineOptions with_known_config(zab::EngineOptions options, const znode::State& state) {
  if (!options.reconfig_enabled) return options;
  const std::string text = state.config_text();
  if (zab::version_in(text) <= options.membership.version) return options;
  auto known = zab::parse_membership(text);
  // A super user may have written anything.
  if (known && !known->members.empty()) options.membership = std::move(*known);
  return options;
}

struct Core {
  Core(const ReplicaOptions& given, std::unique_ptr<znode::State> loaded, const store::Recovered& recovered,
       Random random, Instant now)
      : options(given),
        state(std::move(loaded)),
        engine(with_known_config(with_check(given.engine), *state), recovered, random),
        membership(engine.configs().committed()),
        deltas(*state, given.delta_bytes),
        large_requests(given.large_requests),
        large_answers(given.answers) {
    if (given.audit) audit.emplace();
    if (given.local_sessions) local_sessions.emplace(given.upgrade_local_sessions, given.tick_ms, now);
  }

  const ReplicaOptions options;
  const std::unique_ptr<znode::State> state;
  zab::Engine engine;
  zab::Membership membership;  // the last one committed
  DeltaCutter deltas;
  znode::Watches watches;
  ServerCounters counters;
  LargeRequests large_requests;
  LargeAnswers large_answers;
  AuthFailures auth_failures{options.limits.auth_failures};
  bool short_of_memory = false;  // Replica::note_memory
  znode::ChildLists child_lists;
  ClientTable clients{counters, watches, large_requests};
  ReplyWriter replies{clients, counters};
  Notifier notifier{clients, replies, *state};
  std::optional<AuditTrail> audit;
  std::optional<LocalSessions> local_sessions;

  // One of this server's own, which no leader knows.
  bool is_local(SessionId session) const { return local_sessions && local_sessions->has(session); }

  std::vector<Remark> remarks;
  void note_auth_failure(const ClientConnection& connection, Instant now) {
    ++counters.auth_failed;
    auth_failures.failed(connection.identities->front().id, now);
  }
  // The first identity of a connection is its address.
  bool may_be_all_of(const ClientConnection& connection, const znode::Identities& proved) {
    const int64_t limit = options.limits.identities;
    if (limit == 0 || connection.identities->size() - 1 + proved.size() <= static_cast<size_t>(limit))
      return true;
    tell_limit("paddock.maxIdentitiesPerConnection", limit, connection);
    return false;
  }
  void tell_limit(const char* key, int64_t limit, const ClientConnection& connection) {
    remarks.push_back(LimitReached{key, limit, connection.identities->front().id});
  }
  ClientService* service = nullptr;  // of the role at hand; null: nobody is served

 private:
  static zab::EngineOptions with_check(zab::EngineOptions options) {
    options.check_txn = check_txn;
    return options;
  }
};

}  // namespace paddock::replica
