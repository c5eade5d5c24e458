// WatchChecker: C6. What one session watches and is told.
//   a  an event comes before any reply that shows its change
//   b  events come in zxid order
//   c  a watch fires once
//   d  none is lost while connected; after a reconnect every change since the last zxid seen is told, but for
//   a node
//      that was created and deleted again meanwhile
//   e  none is made up
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/client/records.h"
#include "tests/sim/chronicle.h"
#include "tests/sim/client_history.h"

namespace paddock::sim {

class WatchChecker {
 public:
  // `chronicle` must outlive the checker.
  explicit WatchChecker(const Chronicle& chronicle) : chronicle_(&chronicle) {}

  // Every reply, the one that arms a watch included.
  void answered(const Operation& asked, const Answer& heard);
  // `zxid` is -1 for what a reconnect caught up with.
  void told(client::EventType event, const std::string& path, Zxid zxid);
  // Its watches are armed again, for what changed above `seen`.
  void reconnected(Zxid seen);

 private:
  enum class Kind : uint8_t { data, exist, child };
  struct Armed {
    Zxid since;
    bool again = false;  // by a reconnect
  };
  using Watches = std::map<std::string, Armed, std::less<>>;

  Watches& of(Kind kind) { return armed_[static_cast<size_t>(kind)]; }
  void arm(const Operation& asked, const Answer& heard);
  std::optional<Zxid> first_change(Kind kind, const std::string& path, Zxid since) const;
  // True if the watch must have fired by `at`.
  bool overdue(Kind kind, const std::string& path, const Armed& watch, Zxid at) const;
  bool explains(Kind kind, const std::string& path, Zxid zxid);
  bool take(Kind kind, const std::string& path, Zxid zxid);

  const Chronicle* chronicle_;
  Watches armed_[3];
  Zxid told_;  // the last event's
};

}  // namespace paddock::sim
