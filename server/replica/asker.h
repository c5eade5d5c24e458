// Asker: who waits for what a learner asked its leader for: a connection of its own, or, on a follower, one
// of its observers. None: nobody does any more.
#pragma once

#include "protocol/base/ids.h"

namespace paddock::replica {

struct Asker {
  ConnectionId connection;
  LinkId observer;  // none: it is a connection

  bool is_observer() const { return observer != LinkId{}; }
};

}  // namespace paddock::replica
