#include "tests/sim/promise_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

// A disk that durably holds entries of epoch 2 up to `last`, with epochs 2/2, and what is in flight behind
// it.
struct Machine {
  DiskImage durable;
  InFlight in_flight;
  uint64_t seq = 0;

  explicit Machine(uint32_t last) {
    durable.epochs = {2, 2};
    for (uint32_t counter = 1; counter <= last; ++counter)
      durable.entries.push_back({{}, Zxid::of(2, counter), {}});
  }
  Machine& append(uint32_t counter) {
    in_flight.emplace_back(store::Append{DiskSeq{++seq}, Zxid::of(2, counter), {}});
    return *this;
  }
  Machine& truncate(uint32_t counter) {
    in_flight.emplace_back(store::Truncate{DiskSeq{++seq}, Zxid::of(2, counter)});
    return *this;
  }
  Machine& epochs(uint32_t accepted, uint32_t current) {
    in_flight.emplace_back(store::WriteEpochs{DiskSeq{++seq}, {accepted, current}});
    return *this;
  }
  PromiseChecker promises() const { return {ServerId{1}, durable, in_flight}; }
};

}  // namespace

TEST_CASE("an ACK speaks only of what every crash leaves") {
  CHECK_NOTHROW(Machine(5).promises().holds_entry(Zxid::of(2, 5)));
  CHECK_NOTHROW(Machine(5).append(6).promises().holds_entry(Zxid::of(2, 5)));
  CHECK_NOTHROW(Machine(5).promises().holds_entry(Zxid::of(2, 3)));
  CHECK_THROWS_AS(Machine(5).append(6).promises().holds_entry(Zxid::of(2, 6)), Violation);
  CHECK_THROWS_AS(Machine(5).truncate(4).promises().holds_entry(Zxid::of(2, 5)), Violation);
  CHECK_THROWS_AS(Machine(0).promises().holds_entry(Zxid::of(2, 1)), Violation);
}

TEST_CASE("the ACK of NEWLEADER needs history and epoch on the disk") {
  CHECK_NOTHROW(Machine(5).promises().holds_history(2, Zxid::of(2, 5)));
  CHECK_NOTHROW(Machine(5).append(6).promises().holds_history(2, Zxid::of(2, 5)));
  CHECK_THROWS_AS(Machine(5).epochs(3, 3).promises().holds_history(3, Zxid::of(2, 5)), Violation);
  CHECK_THROWS_AS(Machine(5).append(6).promises().holds_history(2, Zxid::of(2, 6)), Violation);
}

TEST_CASE("LEADERINFO offers an epoch that the leader has accepted for good") {
  CHECK_NOTHROW(Machine(5).promises().offers_epoch(2));
  CHECK_NOTHROW(Machine(5).epochs(4, 2).promises().offers_epoch(2));
  CHECK_THROWS_AS(Machine(5).promises().offers_epoch(3), Violation);
  CHECK_THROWS_AS(Machine(5).epochs(3, 2).promises().offers_epoch(3), Violation);
}

TEST_CASE("ACKEPOCH and votes say where the disk stands") {
  CHECK_NOTHROW(Machine(5).promises().accepts_epoch(2, Zxid::of(2, 5)));
  CHECK_NOTHROW(Machine(0).promises().accepts_epoch(2, Zxid::of(2, 0)));
  CHECK_NOTHROW(Machine(5).promises().accepts_epoch(2, Zxid{}));
  CHECK_THROWS_AS(Machine(5).epochs(3, 2).promises().accepts_epoch(3, Zxid::of(2, 5)), Violation);
  CHECK_THROWS_AS(Machine(5).append(6).promises().accepts_epoch(2, Zxid::of(2, 6)), Violation);
  CHECK_NOTHROW(Machine(5).promises().stands_at(2, Zxid::of(2, 5)));
  CHECK_THROWS_AS(Machine(5).promises().stands_at(3, Zxid::of(2, 5)), Violation);
  CHECK_THROWS_AS(Machine(5).promises().stands_at(2, Zxid::of(2, 4)), Violation);
  CHECK_THROWS_AS(Machine(5).append(6).promises().stands_at(2, Zxid::of(2, 5)), Violation);
}

TEST_CASE("a snapshot under way counts for nothing until its end is durable") {
  Machine machine(5);
  machine.in_flight.emplace_back(store::SnapshotBegin{DiskSeq{1}, Zxid::of(3, 9)});
  machine.in_flight.emplace_back(store::Append{DiskSeq{2}, Zxid::of(3, 10), {}});
  CHECK_NOTHROW(machine.promises().holds_entry(Zxid::of(2, 5)));
  CHECK_THROWS_AS(machine.promises().holds_entry(Zxid::of(3, 9)), Violation);
  machine.in_flight.emplace_back(store::SnapshotEnd{DiskSeq{3}});
  CHECK_THROWS_AS(machine.promises().holds_entry(Zxid::of(3, 10)), Violation);
  for (const auto& piece : machine.in_flight) machine.durable.apply(*piece, false);
  machine.in_flight.clear();
  CHECK_NOTHROW(machine.promises().holds_entry(Zxid::of(3, 10)));
}

}  // namespace paddock::sim
