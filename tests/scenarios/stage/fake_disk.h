// FakeDisk: a disk with the contract of server/store/contract.h, whose work ends when it is told to. What was
// only asked for is lost in a crash, but for as much of its beginning as the test wants.
//
// The checkpoint is the list of the transactions that were applied.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "record.h"
#include "server/store/contract.h"

namespace paddock::scenarios {

// An image of a state, as text: what SNAP carries.
std::string image_of(const Records& state);
// Nothing if `image` is none, or only the beginning of one.
std::optional<Records> state_of(const std::string& image);

class FakeDisk {
 public:
  // --- What is durable
  store::Epochs epochs;
  Zxid checkpoint;  // applied position of `state`
  Records state;    // of the checkpoint
  Records log;      // from the oldest that was kept; may begin below the checkpoint
  Zxid noted_commit;
  bool used = false;  // anything was ever stored
  std::string damage;  // as store::Recovered tells it, until an epoch is current again

  // --- Work
  void submit(std::vector<store::LogWork> work, Zxid committed);
  size_t waiting() const { return waiting_.size(); }
  // Makes the oldest piece of work durable. Requires: waiting() > 0.
  store::LogWork complete();
  // The first `keep` pieces of what waits are durable after all, the rest was never there.
  void crash(size_t keep);

  // --- Reading
  store::Recovered recover() const;
  store::HistoryFetched read(const store::HistoryRead& wanted) const;
  Zxid last_logged() const { return log.empty() ? checkpoint : std::max(log.back().zxid, checkpoint); }
  bool holds(Zxid zxid) const;

  // --- The checkpoint thread, by command
  void set_checkpoint(const Records& applied);
  // Forgets records at or below `zxid`, which the checkpoint must have.
  void purge(Zxid zxid);

 private:
  struct Staged {
    Zxid zxid;
    std::string image;
    Records log;
  };
  struct Waiting {
    store::LogWork work;
    Zxid committed;
  };
  void carry_out(const store::LogWork& work);
  void carry_out(const store::Append& work);
  void carry_out(const store::Truncate& work);
  void carry_out(const store::WriteEpochs& work);
  void carry_out(const store::Fence&) {}
  void carry_out(const store::SnapshotBegin& work);
  void carry_out(const store::SnapshotChunk& work);
  void carry_out(const store::SnapshotEnd& work);
  void carry_out(const store::SnapshotAbandon&) { staged_.reset(); }

  std::deque<Waiting> waiting_;
  std::optional<Staged> staged_;
};

}  // namespace paddock::scenarios
