// Forwarding: a learner's way of a write: to the leader as a REQUEST, and back as a transaction
// (spec/quorum-protocol.md 8.2).
//
// Invariants
// 1. One REQUEST comes back as exactly one transaction, in order: the oldest of those under way is the next
//    to come back. It is known by session and cxid; what does not match came from another server.
// 2. Syncs come back in their own order, as SYNC packets. Those of a follower's observers are among them;
//    their other requests are matched by the observer itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "protocol/txn/txn.h"
#include "server/replica/asker.h"
#include "server/replica/submission.h"

namespace paddock::replica {

class Forwarding {
 public:
  // What a REQUEST carries.
  struct Request {
    Bytes data;
    Bytes authinfo;  // encoded; empty: null
  };
  // It is to be sent at once.
  Request forward(const Submission& submission);
  // A sync that an observer has asked for leaves as it came.
  void forward_sync(LinkId observer) { syncs_.push_back({{}, observer}); }

  // A transaction was applied. The connection that waits for it; none if nobody here does.
  ConnectionId applied(const txn::TxnHeader& header);
  // A SYNC came. None also if no sync is under way: a leader that sends one is none of ours to judge.
  Asker synced();
  // Writes of `session` that are under way will be reported to `connection` from now on. Returns how many.
  size_t adopt(SessionId session, ConnectionId connection);

  void reset();
  bool idle() const { return writes_.empty() && syncs_.empty(); }

 private:
  struct Write {
    SessionId session;
    Xid cxid;
    client::OpCode type = client::OpCode::error;
    ConnectionId connection;
  };
  static bool is_of(const Write& write, const txn::TxnHeader& header);
  Bytes authinfo_of(const Submission& submission);

  std::deque<Write> writes_;
  std::deque<Asker> syncs_;
  // The last identities and how they are sent: requests resemble each other
  SharedIdentities identities_;
  Bytes authinfo_;
};

}  // namespace paddock::replica
