// Knobs: what kind of world a seed gives. Every seed draws its own (swarm): so rare mixtures come up, and a
// run that turns one kind of fault off finds what that kind would hide.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/random.h"
#include "tests/sim/coverage.h"

namespace paddock::sim {

// A duration drawn anew each time: usually about `typical`, one in `rare` times up to `worst`.
struct Delay {
  int64_t typical_us = 0;
  int64_t worst_us = 0;
  uint64_t rare = 50;
  int64_t draw_ns(Random& random) const;
};

// How much of everything a run has.
enum class Shape {
  dense,  // few servers, few writes, and faults about as often as elections take: most seeds
  mixed,  // more of all, for longer
  wide,   // large ensembles, long runs, much load
};

struct Knobs {
  Shape shape = Shape::dense;
  // The ensemble
  int voters = 3;
  int observers = 0;
  int spares = 0;  // servers that the first configuration does not name
  int32_t tick_ms = 200;
  int32_t init_limit_ticks = 10;
  int32_t sync_limit_ticks = 5;
  size_t history_count = 500;
  size_t most_syncs = 100;  // of each kind at a time, of observers
  uint32_t last_counter = 0xfffffffe;
  Zxid first_zxid;  // where everything begins: all servers have a checkpoint there, and no log above
  // A hierarchical quorum: each voter's group and weight; none: a majority.
  struct Weight {
    int64_t group = 1;
    int64_t weight = 1;
  };
  std::vector<Weight> weights;
  std::set<ServerId> java_peers;  // look like Apache ZooKeeper servers (java_personality.h)
  // The network
  Delay wire;
  size_t low_water_bytes = 0;  // a link with less than this under way is drained
  int64_t reconnect_ms = 50;   // between attempts of the election mesh
  // The disk
  Delay sync;
  int64_t checkpoint_ms = 500;  // between checkpoints, about
  size_t delta_bytes = 2000;
  size_t kept_log = 10;  // entries kept below the checkpoint
  size_t snapshot_piece_bytes = 200;
  bool real_log = true;  // the write-ahead log is the real one
  uint64_t segment_bytes = 8192;
  // Clocks: parts per thousand by which a server's clock may run fast or slow
  int64_t drift_permille = 0;
  bool clock_jumps = false;
  // A step may wait this long for more inputs
  int64_t batch_us = 0;
  // Clients
  int clients = 2;
  int64_t think_ms = 20;  // between a client's requests
  size_t in_flight = 4;
  int32_t session_timeout_ms = 2000;
  int paths = 3;
  bool watches = true;
  bool ephemerals = true;
  bool multis = true;
  int64_t max_requests = 0;     // of its clients that a server has under way; 0: any number
  bool local_sessions = false;  // and their upgrade
  bool acls = false;            // without watches: what nobody may read nobody is told of
  // Reconfigurations: one in so many of a client's requests; 0: none, and the configuration is fixed.
  uint64_t reconfig_every = 0;
  uint64_t config_loss = 0;  // one in so many writes of a configuration's files fails; 0: none
  // Faults: a relative weight of each kind, 0 for never
  int64_t fault_every_ms = 200;
  uint64_t burst = 0;  // one in so many faults is followed by another one a few trips later; 0: none
  int crash = 1;       // of one server, killed
  int power_cut = 1;   // of one server, unsynced work lost
  int terminate = 1;   // of one server, which may drain
  int blackout = 0;    // of all servers
  int pause = 1;
  int reset = 1;    // of one connection
  int isolate = 1;  // a server from all others
  int cut = 1;      // one direction of one pair
  int stall = 1;    // a wire
  int slow_disk = 1;
  int disk_error = 1;  // a call of the file system fails, and the process ends
  int disk_full = 1;
  int wipe = 0;  // of one server's disk; at most so many at once as the others can do without
  int rot = 0;
  int client_reset = 1;
  int client_death = 1;
  int depose = 1;                // the leader is cut off, and the others elect anew at once
  int hurry = 1;                 // one follower logs quickly, the others slowly, and it loses its leader
  int interrupt = 0;             // the next server that has promised an epoch ends before it enters it
  int forget = 0;                // one of those that hold what is committed loses it, the others go away
  int64_t fault_lasts_ms = 500;  // about: until the server restarts, the cut heals ...
  // The safety phase ends after this
  int64_t safety_ms = 10000;

  int servers() const { return voters + observers + spares; }
  bool reconfigures() const { return reconfig_every > 0; }
  std::string describe() const;
  Coverage coverage() const;
};

Knobs draw_knobs(Random random, int forced_voters);

}  // namespace paddock::sim
