// AclChecker: C13. Who may do what is decided by the ACLs as they stand at that zxid, for every operation and
// every part of a multi: what took effect was allowed, what was answered NOAUTH was not, and nobody reads
// what he may not. A client is known by its address.
// As in ZooKeeper a leader judges by the ACL that it has applied: a setACL that is still under way when it
// prepares a transaction counts already or does not. And while a change of the node is under way, what is
// prepared on top of it finds the list that the change found, be another one applied meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/txn/txn.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/client_history.h"

namespace paddock::sim {

class AclChecker {
 public:
  explicit AclChecker(const Chronicle& chronicle) : chronicle_(chronicle) {}

  void used_from(SessionId session, const std::string& address) { addresses_[session] = address; }
  // `zxid` is prepared by a leader that has applied all up to `applied`.
  void proposed(Zxid zxid, Zxid applied) { prepared_at_[zxid] = applied; }
  void committed(const Committed& entry) const;
  void answered(SessionId session, const Operation& asked, const Answer& heard) const;

 private:
  // What must be allowed, and where.
  struct Demand {
    std::string path;
    int32_t permission = 0;
  };
  static std::optional<Demand> demand_of(const Operation& asked);
  static std::optional<Demand> demand_of(const txn::TxnBody& body);
  // What the ACLs of a stretch of the log say; neither: there was no such node, or nobody knows the session.
  struct Verdict {
    bool allowed = false;
    bool denied = false;
  };
  void judge(SessionId session, const Demand& demand, Zxid at, Verdict& verdict) const;
  Verdict judge_read(SessionId session, const Demand& demand, Zxid at) const;
  // What the leader had applied when it prepared that.
  Zxid applied_before(Zxid zxid) const;
  // The node, or its children.
  static bool changes(const Committed& entry, const std::string& path);
  // What was applied before the first of the changes of the node that were under way without a gap.
  Zxid judged_since(const std::string& path, Zxid zxid) const;
  // By each ACL since then.
  Verdict judge_write(SessionId session, const Demand& demand, Zxid zxid) const;
  void require_allowed(const Committed& entry, const txn::TxnBody& body) const;

  const Chronicle& chronicle_;
  std::map<SessionId, std::string> addresses_;
  std::map<Zxid, Zxid> prepared_at_;
};

}  // namespace paddock::sim
