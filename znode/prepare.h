// Preparer: turns a write request into a transaction, on the leader, against the applied tree plus the
// transactions that are outstanding (spec/quorum-protocol.md 10.3). Mutates nothing but its own overlay.
//
// Owner: the replica, while it leads. One thread.
//
// Invariants
// 1. Every request yields exactly one transaction; a failed one yields an error transaction with the same
//    session, cxid and a zxid of its own (spec/client-protocol.md 8.4).
// 2. The overlay holds records only of transactions that were prepared and not yet applied().
// 3. The predicted digest in the transaction is the tree's after all outstanding ones and this.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/client/opcode.h"
#include "znode/acl.h"
#include "znode/quota_excess.h"
#include "znode/state.h"

namespace paddock::znode {

// What whoever knows the ensemble says to a reconfiguration. Takes its place in the order of checks, too.
struct ReconfigAnswer {
  ErrorCode err = ErrorCode::unimplemented;  // stand-alone
  std::string config;                        // if ok: the new content of /zookeeper/config
};

struct WriteRequest {
  SessionId session;  // 0 for the leader's own deleteContainer
  Xid cxid;
  client::OpCode type = client::OpCode::error;
  std::string_view body;  // the request's record, undecoded
  const Identities* identities = nullptr;
  // What the session tracker says of the session: ok, session_expired, session_moved or, for an ephemeral
  // create in a local session, ephemeral_on_local_session. Takes its place in the order of checks (section
  // 14).
  ErrorCode session_check = ErrorCode::ok;
  const ReconfigAnswer* reconfig = nullptr;  // to a reconfig
};

struct Prepared {
  std::string txn;                    // encoded, with header and digest
  ErrorCode err = ErrorCode::ok;      // what the error transaction carries, of a multi the first failure
  std::vector<QuotaExcess> excesses;  // with enforced quotas
  // A multi or request answered MARSHALLINGERROR or SESSIONMOVED needs no more than this: session_moved
  // closes the connection instead of a reply.
};

class Preparer {
 public:
  // `state` must outlive the preparer.
  explicit Preparer(const State& state);
  ~Preparer();
  Preparer(const Preparer&) = delete;
  Preparer& operator=(const Preparer&) = delete;

  // Handles create*, delete, deleteContainer, setData, setACL, multi, reconfig,
  // createSession (body: int timeout) and closeSession (no body).
  // Requires: zxid is above every zxid prepared before.
  Prepared prepare(const WriteRequest& request, Zxid zxid, WallTime now);

  // The transaction of `zxid` was applied: its records go. Called in zxid order.
  void applied(Zxid zxid);
  // Forgets all outstanding records: the role ended.
  void reset();
  size_t outstanding() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::znode
