#include "tests/sim/watch_checker.h"

#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

using client::EventType;
using client::OpCode;

std::optional<Zxid> WatchChecker::first_change(Kind kind, const std::string& path, Zxid since) const {
  return kind == Kind::child ? chronicle_->first_child_change(path, since)
                             : chronicle_->first_data_change(path, since);
}

bool WatchChecker::overdue(Kind kind, const std::string& path, const Armed& watch, Zxid at) const {
  const auto change = first_change(kind, path, watch.since);
  if (!change || *change > at) return false;
  // Set again on a node that is not there: what came and went meanwhile may have been missed.
  if (kind == Kind::exist && watch.again) return chronicle_->node(path, at).has_value();
  return true;
}

void WatchChecker::answered(const Operation& asked, const Answer& heard) {
  for (const Kind kind : {Kind::data, Kind::exist, Kind::child}) {
    for (const auto& [path, watch] : of(kind)) {
      require(!overdue(kind, path, watch, heard.zxid), "C6a",
              "a reply at {} came before the event of {}, watched at {}", text(heard.zxid), path,
              text(watch.since));
    }
  }
  if (asked.watch) arm(asked, heard);
}

void WatchChecker::arm(const Operation& asked, const Answer& heard) {
  const Armed armed{heard.zxid, false};
  if (asked.type == OpCode::exists && heard.err == ErrorCode::no_node)
    of(Kind::exist).try_emplace(asked.path, armed);
  if (heard.err != ErrorCode::ok) return;
  const bool children = asked.type == OpCode::get_children || asked.type == OpCode::get_children2;
  of(children ? Kind::child : Kind::data).try_emplace(asked.path, armed);
}

bool WatchChecker::explains(Kind kind, const std::string& path, Zxid zxid) {
  const auto found = of(kind).find(path);
  if (found == of(kind).end()) return false;
  const auto change = first_change(kind, path, found->second.since);
  if (!change) return false;
  if (zxid == Zxid{-1}) return found->second.again;
  if (!found->second.again) return *change == zxid;
  // Anything between may have been caught up with in silence.
  for (auto next = change; next; next = first_change(kind, path, *next)) {
    if (*next == zxid) return true;
  }
  return false;
}

bool WatchChecker::take(Kind kind, const std::string& path, Zxid zxid) {
  if (!explains(kind, path, zxid)) return false;
  of(kind).erase(path);
  return true;
}

void WatchChecker::told(EventType event, const std::string& path, Zxid zxid) {
  if (zxid != Zxid{-1}) {
    require(zxid >= told_, "C6b", "the event of {} at {} came behind one at {}", path, text(zxid),
            text(told_));
    told_ = zxid;
  }
  bool wanted = false;
  if (event == EventType::children_changed) {
    wanted = take(Kind::child, path, zxid);
  } else {
    wanted = take(Kind::data, path, zxid);
    // A reconnect tells of a deletion once for each kind of watch, the change itself once for all.
    const bool once_each = zxid == Zxid{-1} && wanted;
    if (!once_each) wanted |= take(Kind::exist, path, zxid);
    if (!once_each && event == EventType::deleted) wanted |= take(Kind::child, path, zxid);
  }
  require(wanted, "C6e", "event {} of {} at {:#x} was not asked for", static_cast<int>(event), path,
          zxid.value);
}

void WatchChecker::reconnected(Zxid seen) {
  for (Watches& watches : armed_) {
    for (auto& [path, watch] : watches) watch = {seen, true};
  }
}

}  // namespace paddock::sim
