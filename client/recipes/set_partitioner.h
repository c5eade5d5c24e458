// SetPartitioner: divides a set of items among the members of a party, so that each item is one member's at a
// time; whenever somebody comes or goes it is divided anew. One party with kazoo's SetPartitioner:
//
//   <path>/party/<guid>-<identifier>             a member, ephemeral, holds the identifier
//   <path>/locks/<item>/<guid>__lock__0000000007 the item's holder, and who waits for it to let go
//
//   allocating  the party has to keep still for a while; then the share is computed and each item locked
//   acquired    parts() are ours
//   release     the party has changed, or a lock was lost: stop the work on parts(), then release_set()
//   failure     the session was lost, or the server refuses something: for good, the party is left
//
//   SetPartitioner partitioner(zk, "/queues", {"a", "b", "c"});
//   for (auto state = partitioner.state();; state = ...) ...      // docs/recipes.md
//
// Invariants
// 1. What is ours is locked: two members that see different parties wait for each other's locks and do not
//    work on the same item. Each part has a fence.
// 2. The share is what kazoo would compute from the same children of the party, foreign ones included: sorted
//    items, of which the i-th of n sorted members takes every n-th from the i-th on. So all members must name
//    the same items.
// 3. No lock is held in failure, nor in allocating once the party has changed.
//
// Thread rule: the client's executor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "client/recipes/background.h"
#include "client/recipes/bell.h"
#include "client/recipes/hold.h"

namespace paddock::recipes {

struct PartitionOptions {
  std::string identifier = {};       // without '/'; the host's name and the process' number when empty
  int64_t time_boundary_ms = 30000;  // so long nobody may come or go before the set is divided
  LossPolicy lost_when = LossPolicy::suspended;  // when the locks, and so the parts, are taken to be lost
};

// What the member of that name in the party gets. Nothing for who is not in it. Pure.
std::vector<std::string> share_of(std::vector<std::string> items, const std::vector<std::string>& party,
                                  const std::string& member);

class SetPartitioner {
 public:
  enum class State { allocating, acquired, release, failure };
  struct Part {
    std::string item;
    Zxid fence;
  };

  SetPartitioner(ClientPtr zk, std::string path, std::vector<std::string> items,
                 PartitionOptions options = {});
  // Releases everything and leaves the party, without waiting for that.
  ~SetPartitioner() { shared_->fail(ErrorCode::session_expired); }

  State state() const { return shared_->state; }
  // Ours in `acquired`; in `release` those that are to be given up.
  const std::vector<Part>& parts() const { return shared_->parts; }
  // Why it failed.
  ErrorCode error() const { return shared_->err; }
  // Gives up the parts, which are nobody's work any more, and takes part in the next division.
  void release_set();
  // Waits until the state is another one than `seen`; with the partitioner itself goes a `failure`.
  // operation_timeout: it is none.
  Async<Outcome<State>> next_state(State seen, Limits limits = {});

 private:
  struct Place {
    std::string path;
    std::vector<std::string> items;
    std::string member;  // name of our node in the party
    PartitionOptions options;
  };
  struct Shared {
    explicit Shared(const boost::asio::any_io_executor& executor) : wake(executor), bell(executor) {}
    void enter(State next);
    void fail(ErrorCode why);
    void party_changed(std::vector<std::string> now);
    void ask_release();

    client::Wakeup wake;  // of keep()
    Bell bell;            // of who waits for a state
    State state = State::allocating;
    std::vector<Part> parts;
    ErrorCode err = ErrorCode::ok;
    std::vector<std::string> party;
    uint64_t changes = 0;  // of the party
    bool release_asked = false;
    std::stop_source round;  // ends what is under way to acquire parts
  };
  using SharedPtr = std::shared_ptr<Shared>;

  static Async<void> keep(ClientPtr zk, Place place, SharedPtr shared, std::stop_token stop);
  static Async<bool> settle(Place place, SharedPtr shared, std::stop_token stop);
  static Async<std::vector<Hold>> lock_all(ClientPtr zk, Place place, SharedPtr shared,
                                           std::vector<std::string> share);
  static Async<void> work(std::vector<Hold>& holds, SharedPtr shared, uint64_t party, std::stop_token stop);

  const SharedPtr shared_;
  Background background_;
};

}  // namespace paddock::recipes
