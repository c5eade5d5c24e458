// The write-ahead log (DESIGN.md section 5): preallocated segments of hash-chained records, one write and one
// fdatasync per group.
//
// Owner: the log thread. Faults are fail-stop: after one, the only legal call is the destructor.
//
// Invariants
// 1. append_group() returns only when every record of the group is durable.
// 2. Records are contiguous: each record's hash covers the hash of the one before it.
// 3. Recovery discards what lies behind the last provably written group (a torn tail) and refuses, naming
//    file, offset and zxid, anything broken before it: a corruption of what was acknowledged.
// 4. Truncation is durable before it returns, and before anything is appended behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/contract.h"
#include "server/store/env.h"

namespace paddock::store {

struct WalOptions {
  uint64_t segment_bytes = 64ull << 20;  // zookeeper.preAllocSize
  bool sync = true;                      // zookeeper.forceSync; false loses data in a power cut
  uint64_t stamp = 0;                    // of new segments (wal_format.h); 0: drawn at random
};

// What lies in the log, as recovery read it.
struct WalContents {
  std::vector<Append> records;  // above the zxid asked for, contiguous, in order
  Zxid base;                    // what the oldest record kept on disk follows
  Zxid first;                   // first record kept on disk, 0 if none
  Zxid last;                    // last record, or the start position of an empty log
  Zxid commit_point;            // highest noted
  Zxid checkpoint_point;        // highest noted
  uint64_t torn_bytes =
      0;  // discarded behind the last whole group; of a file that was written before, all there
};

struct Segment;
class SpareSegment;

class Wal {
 public:
  // Opens or begins the log in `directory` and repairs a torn tail durably. `above`: records up to it are not
  // returned (they are in the checkpoint).
  static Result<std::unique_ptr<Wal>> open(Env& env, const std::string& directory, const WalOptions& options,
                                           Zxid above, WalContents& contents);
  ~Wal();

  // Takes its next segments from `spare` where they fit, and has it make them. `spare` outlives the log.
  void use(SpareSegment& spare);

  // One group: the records, and the notes about the world. An empty group only carries the notes.
  Status append_group(std::span<const Append> records, const CommitPoint& commit, Zxid checkpoint);
  // Makes durable what forceSync=no has left to the system.
  Status sync();
  // Cuts everything above `last`. Requires: last is 0, in the log, or above its end (then nothing happens).
  Status truncate(Zxid last);
  // Empties the log; the next record follows `base` (after a snapshot was installed).
  Status restart_after(Zxid base);
  // The segments that hold nothing above `keep_above` go; a few of them are written again later.
  Status purge(Zxid keep_above);
  // As they are now, oldest first: read_history() reads them on any thread while nothing but appends happens
  // here.
  const std::vector<Segment>& segments() const;

  Zxid last() const;
  uint64_t bytes_above(Zxid zxid) const;  // of log on disk: what a restart would have to replay
  uint64_t disk_bytes() const;            // of all segments, reserved space included
  uint64_t syncs() const;                 // fdatasync calls so far

 private:
  struct Impl;
  explicit Wal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace paddock::store
