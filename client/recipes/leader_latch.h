// LeaderLatch: stands for election again and again for as long as it exists. In one line with Curator's
// LeaderLatch, which names its nodes latch-; others only see each other with Naming::kazoo.
//
// Thread rule: the client's executor; the callbacks may destroy the latch.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "client/recipes/background.h"
#include "client/recipes/hold.h"
#include "client/recipes/naming.h"

namespace paddock::recipes {

struct LatchOptions {
  Naming naming = Naming::curator;
  std::string identifier = {};
  LossPolicy lost_when = LossPolicy::suspended;
  std::function<void(Zxid fence)> on_gained = nullptr;
  std::function<void()> on_lost = nullptr;
  // It may not stand (no rights, a path that cannot be, a client that has ended): it has given up for good.
  std::function<void(ErrorCode why)> on_failed = nullptr;
};

class LeaderLatch {
 public:
  LeaderLatch(ClientPtr zk, std::string path, LatchOptions options = {});

  bool is_leader() const { return state_->leads; }
  // Requires: is_leader().
  Zxid fence() const { return state_->fence; }

 private:
  struct State {
    bool leads = false;
    Zxid fence;
  };
  static Async<void> stand(ClientPtr zk, std::string path, LatchOptions options, std::shared_ptr<State> state,
                           std::stop_token stop);

  const std::shared_ptr<State> state_ = std::make_shared<State>();
  Background background_;
};

}  // namespace paddock::recipes
