// LogFiles: the files below a simulated disk. The real write-ahead log, epochs, staged bases and BASE
// (server/store) over a FaultyEnv; what the store's log thread does, in the simulator's time. The checkpoint
// is not among them.
//
// Owner: Disk. A fault is fail-stop: after one only kill() or cut_power() may follow, and open().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "protocol/base/random.h"
#include "protocol/base/result.h"
#include "server/store/base.h"
#include "server/store/contract.h"
#include "server/store/damage.h"
#include "server/store/staged_base.h"
#include "server/store/wal.h"
#include "tests/disks/faulty_env.h"
#include "znode/state.h"

namespace paddock::sim {

class LogFiles {
 public:
  static inline const store::StoreDirectories kDirectories{"/data", "/data"};
  using Work = std::optional<store::LogWork>;  // nothing: only the notes
  struct Found {
    store::Epochs epochs;
    store::Base base;
    store::WalContents log;  // all that is kept of it
    bool fresh = false;      // nothing was ever stored here
  };

  LogFiles(uint64_t segment_bytes, Random random);

  // As a server leaves them that has come to `zxid` and needs no log up to there. Requires: nothing is there.
  Status begin_at(Zxid zxid);
  // What a start finds, mended as a start mends it.
  Result<Found> open();
  struct Notes {
    Zxid committed;
    Zxid checkpoint;
    Zxid pinned;  // the log above it is kept
  };
  // The pieces as one group or several, each durable when it returns.
  Status carry_out(std::span<const Work> pieces, const Notes& notes);
  Result<store::HistoryFetched> read(const store::HistoryRead& wanted) const;
  // What is still kept of the log begins behind it.
  Zxid base_of_log() const;
  // The state is in the checkpoint; false: in the snapshot that became the base.
  bool has_checkpoint() const { return base_.has_checkpoint; }
  Status load_snapshot(znode::State& state);
  Status checkpoint_filled();

  // --- Faults
  // From the next operations on, one of them is the last that reaches the disk.
  void end_within(uint64_t operations);
  // The process is gone, the machine is not.
  void kill();
  void cut_power();
  // One of the next operations fails.
  void fail_soon(const std::string& error);
  void fill(bool full) { env_->fill(full); }
  void heal();
  // Calls that failed, so far.
  uint64_t failures() const { return env_->failures(); }
  // Everything is gone.
  void wipe();
  // A byte changes that a start is certain to miss: none of the last group, which no later one proves. False:
  // there is none.
  bool rot();
  // As the store does with damage in an ensemble.
  Status put_aside(const std::string& why) { return store::put_damage_aside(*env_, kDirectories, why); }
  // Why this server may have forgotten promises.
  Result<std::string> damage() const { return store::read_damage(*env_, kDirectories); }
  // A copy as a power cut now would leave it at worst.
  LogFiles forked() const;

 private:
  explicit LogFiles(const LogFiles& other, std::unique_ptr<store::FaultyEnv> env);
  Status open_parts(Found& found);
  Status write_group(const Notes& notes);
  Status carry_out_one(const store::LogWork& work);
  Status install();
  Status append(std::span<const store::Append> records, Zxid committed, Zxid checkpoint);
  void note_last_group(uint64_t offset);
  void close();

  uint64_t segment_bytes_;
  Random random_;
  std::unique_ptr<store::FaultyEnv> env_;
  store::Base base_;
  std::unique_ptr<store::Wal> wal_;
  std::unique_ptr<store::StagedBase> staged_;
  std::vector<store::Append> group_;
  uint64_t last_number_ = 0;
  bool damaged_ = false;
  // Where the last group begins that was written whole. Nothing proves it before the next one.
  uint64_t last_group_ = 0;
  std::string last_segment_;
  Zxid noted_checkpoint_;
  Zxid previous_checkpoint_;
};

}  // namespace paddock::sim
