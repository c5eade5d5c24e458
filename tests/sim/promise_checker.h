// PromiseChecker: Z10, ack durability. At every promise that leaves a server its disk is forked, crashed as
// badly as is legal, and recovered: everything promised must be there. Legal is the loss of all that is in
// flight, and of any suffix of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "protocol/base/ids.h"
#include "server/store/contract.h"
#include "tests/sim/disk_image.h"

namespace paddock::sim {

using InFlight = std::deque<std::optional<store::LogWork>>;

// What a recovery would find of a log, in short.
struct Position {
  store::Epochs epochs;
  Zxid last;
  // As a server may report it: by its last entry, or, having logged nothing of its current epoch, as (e,0).
  bool reported_as(Zxid zxid) const {
    return zxid == last || zxid == std::max(last, Zxid::of(epochs.current, 0));
  }
};

// Each position in which a crash may leave the disk.
void each_crash(const DiskImage& durable, const InFlight& in_flight,
                const std::function<void(const Position&)>& visit);

class PromiseChecker {
 public:
  PromiseChecker(ServerId server, const DiskImage& durable, const InFlight& in_flight)
      : server_(server), durable_(durable), in_flight_(in_flight) {}

  // ACK of a proposal.
  void holds_entry(Zxid zxid) const;
  // ACKEPOCH: it follows nobody below `epoch`, and its history ends at `reported`.
  void accepts_epoch(uint32_t epoch, Zxid reported) const;
  // LEADERINFO: it leads this epoch, and follows nobody below it.
  void offers_epoch(uint32_t epoch) const;
  // ACK of NEWLEADER: it holds the epoch's initial history, which ends at `end` at least.
  void holds_history(uint32_t epoch, Zxid end) const;
  // A vote for itself, with where its history stands.
  void stands_at(uint32_t epoch, Zxid reported) const;

 private:
  ServerId server_;
  const DiskImage& durable_;
  const InFlight& in_flight_;
};

}  // namespace paddock::sim
