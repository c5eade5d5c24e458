// Lease: somebody's for a time that he names himself, whether he is connected or not: a job that runs once an
// hour on one machine of several takes the lease for an hour and ten minutes, each time, and goes. Of one
// node with kazoo's NonBlockingLease and MultiNonBlockingLease:
//
//   <path>/lease_holder                 {"version": 1, "holder": "me", "end": "2026-11-22T12:00:00"}, in UTC
//   <path>/<guid>__lock__0000000007     guards each change
//
//   Lease lease(zk, "/leases/cleanup", 70 * 60'000);
//   Outcome<LeaseTerm> term = co_await lease.obtain();
//   if (term && term.value.ours) clean_up();
//
// The end is judged by the clock of whoever asks: the clocks have to agree. Where that is not enough there is
// the fence.
//
// Invariant: nobody's lease is overwritten on the strength of what was read before somebody else changed it:
// each change names the version that it replaces. (kazoo relies on its lock alone, and deletes before it
// creates.)
//
// Failure: operation_timeout, the guard was not free in time; marshalling_error, the node holds something
// else. connection_loss does not occur: to take what is ours already does no harm, so it is tried again.
//
// Thread rule: the client's executor.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/recipes/hold.h"

namespace paddock::recipes {

// Of the wall clock, in UTC.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// What the node holds. Another version's content may mean anything: it is somebody else's.
struct LeaseRecord {
  int64_t version = 1;
  std::string holder;
  WallTime end;  // written without its milliseconds
};
std::optional<LeaseRecord> parse_lease(std::string_view data);
// As Python's json.dumps has it. Requires: an end before the year 10000.
std::string format_lease(const LeaseRecord& record);

struct LeaseOptions {
  std::string identifier = {};              // who holds it; the host's name when empty
  std::function<WallTime()> now = nullptr;  // the system's clock when not given
};

// What came of asking. `fence` grows with each taking and renewal; only with ours.
struct LeaseTerm {
  bool ours = false;
  std::string holder;
  WallTime end;
  Zxid fence;
  size_t slot = 0;  // of a MultiLease
};

class Lease {
 public:
  Lease(ClientPtr zk, std::string path, int64_t duration_ms, LeaseOptions options = {});

  // Takes it from now on for the duration if it is free, over or held under our identifier already.
  // bad_arguments: a negative duration, or one of more than a thousand years.
  Async<Outcome<LeaseTerm>> obtain(Limits limits = {});
  // Ends it, if it is ours, before its time.
  Async<Outcome<Nothing>> give_back(Limits limits = {});
  // Who has it; nothing: nobody ever had, or it was given back. It may be over.
  Async<Outcome<std::optional<LeaseRecord>>> look(Limits limits = {});

 private:
  Async<Outcome<LeaseTerm>> take(Limits limits);
  Async<Outcome<Nothing>> drop(Limits limits);

  const ClientPtr zk_;
  const std::string path_;
  const int64_t duration_ms_;
  LeaseOptions options_;
};

// So many leases, <path>/0, <path>/1 and so on, one for each of as many holders. Who has one already keeps
// that one.
class MultiLease {
 public:
  MultiLease(ClientPtr zk, const std::string& path, size_t count, int64_t duration_ms,
             LeaseOptions options = {});

  // When none is to be had: the term of the one that ends first.
  Async<Outcome<LeaseTerm>> obtain(Limits limits = {});

 private:
  std::vector<Lease> leases_;
  std::string identifier_;
};

}  // namespace paddock::recipes
