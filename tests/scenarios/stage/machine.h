// Machine: one server of a scenario: an engine, its disk, and what a replica would keep: the transactions
// that were applied. A puppet has no engine; the scenario says what it sends.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "fake_disk.h"
#include "record.h"
#include "server/zab/engine.h"

namespace paddock::scenarios {

struct Image {
  Zxid zxid;
  std::string rest;
};

struct Machine {
  int64_t id = 0;
  zab::EngineOptions options;
  FakeDisk disk;

  std::unique_ptr<zab::Engine> engine;  // null: not running, or a puppet
  bool puppet = false;
  bool slow_disk = false;      // disk work ends by command only
  bool paused = false;         // SIGSTOP
  bool listens = false;        // for learners
  std::optional<bool> oracle;  // what it says to this server, every 100 ms; nothing: there is none

  Records applied;
  std::optional<std::string> second_state;  // a snapshot on its way in
  std::map<uint64_t, Image> images;         // snapshots on their way out
  std::vector<store::HistoryRead> history_reads;
  std::vector<store::SnapshotRead> snapshot_reads;
  std::map<LinkId, uint32_t> offered_epoch;  // by LEADERINFO, on each link to a leader
  std::set<LinkId> nameless;                 // links on which it calls itself what no server is called

  // As last told.
  zab::Role role = zab::Role::looking;
  int64_t leader = -1;

  bool runs() const { return engine && !paused; }
  bool is_there() const { return engine || puppet; }
};

}  // namespace paddock::scenarios
