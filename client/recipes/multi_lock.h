// MultiLock: several locks as one, acquired in the order of their paths, so that two programs that name them
// in different orders do not wait for each other.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "client/recipes/lock.h"

namespace paddock::recipes {

class MultiLock {
 public:
  // What holds all of them. Lost as soon as one of them is lost.
  struct Holds {
    std::vector<Hold> all;  // in the order of the paths
    bool is_lost() const;
  };

  MultiLock(ClientPtr zk, std::vector<std::string> paths, LockOptions options = {});

  // All or none; the limits are those of the whole.
  Async<Outcome<Holds>> acquire(Limits limits = {});

 private:
  const ClientPtr zk_;
  std::vector<std::string> paths_;
  const LockOptions options_;
};

}  // namespace paddock::recipes
