// Election: the lock of which one knows by name who holds it. In one line with kazoo's Election
// (Naming::kazoo) and Curator's LeaderSelector (Naming::curator).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "client/recipes/background.h"
#include "client/recipes/lock.h"

namespace paddock::recipes {

struct Leader {
  std::string identifier;
  Zxid fence;
  friend bool operator==(const Leader&, const Leader&) = default;
};

class Election {
 public:
  // options.identifier: what others see of us.
  Election(ClientPtr zk, std::string path, LockOptions options = {});

  // Waits to be elected. The leadership ends with the Hold; Hold::lost() says when it is over before.
  Async<Outcome<Hold>> campaign(Limits limits = {});
  // Who leads at this moment; no_node: nobody.
  Async<Outcome<Leader>> leader(Limits limits = {});
  // Told of every leader, in order, and of nobody in between where that lasts; until the result goes.
  using Tell = std::function<void(const std::optional<Leader>&)>;
  [[nodiscard]] std::unique_ptr<Background> observe(Tell tell);

 private:
  const ClientPtr zk_;
  const std::string path_;
  Lock lock_;
};

}  // namespace paddock::recipes
