#include "tests/sim/promise_checker.h"

#include <algorithm>

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

// Follows the log's end through the work in flight.
struct Following {
  Position& position;
  std::optional<Zxid>& staged;

  void operator()(const store::Append& record) { (staged ? *staged : position.last) = record.zxid; }
  void operator()(const store::Truncate& cut) {
    Zxid& end = staged ? *staged : position.last;
    end = std::min(end, cut.last);
  }
  void operator()(const store::WriteEpochs& write) { position.epochs = write.epochs; }
  void operator()(const store::Fence&) {}
  void operator()(const store::SnapshotBegin& begin) { staged = begin.zxid; }
  void operator()(const store::SnapshotChunk&) {}
  void operator()(const store::SnapshotEnd&) {
    position.last = staged.value_or(position.last);
    staged.reset();
  }
  void operator()(const store::SnapshotAbandon&) { staged.reset(); }
};

}  // namespace

void each_crash(const DiskImage& durable, const InFlight& in_flight,
                const std::function<void(const Position&)>& visit) {
  Position position{durable.epochs, durable.last()};
  std::optional<Zxid> staged;
  if (durable.staged) {
    staged = durable.staged->entries.empty() ? durable.staged->zxid : durable.staged->entries.back().zxid;
  }
  visit(position);
  for (const auto& piece : in_flight) {
    if (!piece) continue;
    std::visit(Following{position, staged}, *piece);
    visit(position);
  }
}

void PromiseChecker::holds_entry(Zxid zxid) const {
  each_crash(durable_, in_flight_, [&](const Position& found) {
    require(found.last >= zxid, "Z10", "s{} acknowledges {}, and a crash would leave it with {}",
            server_.value, text(zxid), text(found.last));
  });
}

void PromiseChecker::accepts_epoch(uint32_t epoch, Zxid reported) const {
  each_crash(durable_, in_flight_, [&](const Position& found) {
    require(found.epochs.accepted >= epoch, "Z10", "s{} accepts epoch {}, and a crash would leave it with {}",
            server_.value, epoch, found.epochs.accepted);
    require(found.reported_as(reported) || reported == Zxid{}, "Z10",
            "s{} reports {}, and a crash would leave it with {}", server_.value, text(reported),
            text(found.last));
  });
}

void PromiseChecker::offers_epoch(uint32_t epoch) const {
  each_crash(durable_, in_flight_, [&](const Position& found) {
    require(found.epochs.accepted >= epoch, "Z10", "s{} offers epoch {}, and a crash would leave it with {}",
            server_.value, epoch, found.epochs.accepted);
  });
}

void PromiseChecker::holds_history(uint32_t epoch, Zxid end) const {
  each_crash(durable_, in_flight_, [&](const Position& found) {
    require(found.epochs.current >= epoch && found.epochs.accepted >= epoch, "Z10",
            "s{} is in epoch {}, and a crash would leave it with {}/{}", server_.value, epoch,
            found.epochs.accepted, found.epochs.current);
    require(found.last >= end, "Z10",
            "s{} holds the history of epoch {} up to {}, and a crash would leave it with {}", server_.value,
            epoch, text(end), text(found.last));
  });
}

void PromiseChecker::stands_at(uint32_t epoch, Zxid reported) const {
  each_crash(durable_, in_flight_, [&](const Position& found) {
    require(found.epochs.current == epoch && found.reported_as(reported), "Z10",
            "s{} votes with {} in epoch {}, and a crash would leave it with {} in {}", server_.value,
            text(reported), epoch, text(found.last), found.epochs.current);
  });
}

}  // namespace paddock::sim
