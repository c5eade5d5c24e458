// The disk as the pure rooms see it: work as values, completions as values. Nothing here opens a file.
//
// Threads: the replica thread makes the work; the log thread does LogWork in order, group by group; the
// checkpoint thread does deltas. Completions come back through the loop's queue.
//
// Rule of all of it: any storage error is fail-stop (DESIGN.md rule 5). There is no completion that says
// "failed"; the process has ended with a message that names file, offset and errno.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"

namespace paddock::store {

// One atomic, checksummed record in two slots (DESIGN.md rule 6). Never decreases in either field.
struct Epochs {
  uint32_t accepted = 0;  // the last epoch promised
  uint32_t current = 0;   // the last epoch whose initial history this server holds
  friend bool operator==(const Epochs&, const Epochs&) = default;
};

// --- Work of the log thread, done strictly in order. `seq` increases by one; persisted(seq) says that this
// and all earlier work is durable.

struct Append {
  DiskSeq seq;
  Zxid zxid;
  Bytes txn;
};
// Everything above `last` is gone for good before the completion comes; later appends follow `last`.
struct Truncate {
  DiskSeq seq;
  Zxid last;
};
struct WriteEpochs {
  DiskSeq seq;
  Epochs epochs;
};
// All earlier work of a role has ended: the fence of DESIGN.md section 3, "FIFO is explicit".
struct Fence {
  DiskSeq seq;
};
// A received SNAP. From SnapshotBegin on, chunks and appends go to a staged base beside the one in use: a
// checksummed snapshot file, and a new log that begins behind `zxid`. SnapshotEnd makes all of it durable and
// then, by one atomic pointer, the base of everything; the old one is gone. Until its completion a crash
// finds the old base whole and nothing of the staged one. WriteEpochs is not part of a base. SnapshotAbandon,
// or another SnapshotBegin, drops what is staged.
struct SnapshotBegin {
  DiskSeq seq;
  Zxid zxid;
};
struct SnapshotChunk {
  DiskSeq seq;
  Bytes bytes;  // of the stream of spec/quorum-protocol.md 7.2, in order
};
struct SnapshotEnd {
  DiskSeq seq;
};
struct SnapshotAbandon {
  DiskSeq seq;
};

using LogWork = std::variant<Append, Truncate, WriteEpochs, Fence, SnapshotBegin, SnapshotChunk, SnapshotEnd,
                             SnapshotAbandon>;

inline DiskSeq seq_of(const LogWork& work) {
  return std::visit([](const auto& piece) { return piece.seq; }, work);
}

// What one group commit notes about the world besides its records.
struct CommitPoint {
  Zxid committed;  // highest transaction known to be committed when the group was written
};

// --- Reading old history back, for a learner far behind (spec/quorum-protocol.md 7.1, row 5).
struct HistoryRead {
  uint64_t id = 0;
  Zxid after;  // exclusive; must be in the log, or be (e,0) with the log beginning below; else a hole
  Zxid last;   // inclusive
  size_t max_bytes = 0;  // 0: no bound
};
struct HistoryFetched {
  uint64_t id = 0;
  bool contiguous = false;      // false: a hole or a purged beginning; `records` is empty
  bool complete = false;        // up to HistoryRead::last
  std::vector<Append> records;  // seq unused
};

// A point-in-time image for SNAP, export or an admin, read without stopping anyone. The first read of an id
// opens the image; each read gives one piece of at most 1 MiB; `close` ends it and is not answered. The log
// above the image's zxid is kept from the first read until then.
struct SnapshotRead {
  uint64_t id = 0;
  bool close = false;
};
struct SnapshotPiece {
  uint64_t id = 0;
  Zxid zxid;    // of the image
  Bytes bytes;  // of the stream of 7.2
  bool last = false;
};

// --- What a start finds.
struct Recovered {
  Epochs epochs;
  Zxid checkpoint;           // applied zxid of the state that was loaded
  Zxid commit_point;         // highest commit point noted in the log: replay to here before anything else
  Zxid last_logged;          // last durable record; what lies above commit_point stays pending
  std::vector<Append> tail;  // records above `checkpoint`, contiguous, in order; seq unused
  bool empty = false;        // nothing was ever stored here
  // Not empty: why this server may have forgotten a promise (DESIGN.md rule 8); everything else is then as
  // of an empty one. A standalone server does not start with it.
  std::string damage;
};

}  // namespace paddock::store
