// DiskImage: what a disk holds, or will hold when all that was asked of it is done. The model of
// store/contract.h: each piece of work is applied whole, in order.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "server/store/contract.h"
#include "tests/sim/snapshot_stream.h"

namespace paddock::sim {

struct DiskImage {
  struct Staged {
    Zxid zxid;
    std::string stream;
    std::deque<store::Append> entries;
  };

  store::Epochs epochs;
  Zxid base;  // what the oldest entry follows
  std::deque<store::Append> entries;
  Zxid commit_point;
  std::optional<Staged> staged;
  StateImage checkpoint;

  Zxid last() const { return entries.empty() ? base : entries.back().zxid; }
  // The entry of this zxid; null if it is not in the log (it may be below base).
  const store::Append* find(Zxid zxid) const;
  bool holds(Zxid zxid) const { return zxid <= base || find(zxid) != nullptr; }

  // True: a received snapshot has become the base; `checkpoint` is then of it if `with_state`.
  bool apply(const store::LogWork& work, bool with_state);
  // Entries up to `zxid` go.
  void purge(Zxid zxid);
};

}  // namespace paddock::sim
