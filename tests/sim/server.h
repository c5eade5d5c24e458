// Server: one machine of the ensemble: a disk and a clock that last, and a process, a real replica::Replica,
// that comes and goes. It does what server/main's host does: brings inputs in, and carries out what is Ready.
//
// Invariants
// 1. take_ready() runs once behind every batch of inputs; disk work is handed over before any message leaves.
// 2. While paused nothing runs; what came meanwhile comes in, in order, when it resumes.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "protocol/base/random.h"
#include "server/replica/replica.h"
#include "tests/sim/client_port.h"
#include "tests/sim/clock.h"
#include "tests/sim/config_files.h"
#include "tests/sim/disk.h"
#include "tests/sim/java_personality.h"
#include "tests/sim/learner_port.h"
#include "tests/sim/world.h"

namespace paddock::sim {

class Server {
 public:
  using Input = std::function<void(replica::Replica&, Now)>;

  Server(World& world, ServerId id, Random random);

  ServerId id() const { return id_; }
  Machine machine() const { return static_cast<Machine>(id_.value); }

  // The process
  void start();
  void crash(bool lossy);
  // SIGTERM: it answers what it took, and ends; after `patience_ns` it ends anyway.
  void terminate(int64_t patience_ns);
  void pause(Instant until);
  bool up() const { return replica_ != nullptr; }
  bool paused() const { return paused_; }
  // It takes in what came while it was paused.
  bool resuming() const { return resuming_; }
  // It was told to end, and has not yet.
  bool ending() const { return up() && ending_; }
  uint64_t life() const { return life_; }
  replica::Replica* replica() { return replica_.get(); }

  // Runs at once, or when the pause ends; never in another life of the process.
  void input(Input input);
  Now now() const { return clock_.at(world_.scheduler.now()); }
  Clock& clock() { return clock_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }
  const ConfigFiles& files() const { return files_; }
  // Null: it is what it is.
  JavaPersonality* java() { return java_ ? &*java_ : nullptr; }
  JavaPersonality::Mind mind() const;
  LearnerPort& learners() { return learners_; }
  ClientPort& clients() { return clients_; }

 private:
  replica::ReplicaOptions options() const;
  DiskClient disk_client();
  void run(const Input& input);
  void want_step();
  void step();
  void carry_out(replica::Ready& ready);
  void note_commit_point();
  void arm_timer();
  bool timer();
  void end_soon();
  void disk_failed(const Fault& fault);
  void start_later();

  World& world_;
  const ServerId id_;
  Random random_;
  Clock clock_;
  Disk disk_;
  ConfigFiles files_;
  std::optional<JavaPersonality> java_;
  // The process
  std::unique_ptr<replica::Replica> replica_;
  uint64_t life_ = 0;
  bool paused_ = false;
  bool resuming_ = false;
  bool ending_ = false;
  std::deque<Input> backlog_;
  bool step_wanted_ = false;
  Instant next_tick_;         // own clock
  Instant armed_{INT64_MAX};  // the world's: when timer() runs
  Zxid committed_;
  Zxid noted_;
  bool log_used_ = false;
  LearnerPort learners_;
  ClientPort clients_;
};

}  // namespace paddock::sim
