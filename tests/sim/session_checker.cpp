#include "tests/sim/session_checker.h"

#include <cstdlib>

#include "protocol/base/paths.h"
#include "tests/sim/trace.h"
#include "tests/sim/violation.h"

namespace paddock::sim {

using client::OpCode;

void SessionChecker::committed(const Committed& entry) {
  if (entry.type == OpCode::create_session) {
    Session& session = sessions_[entry.session];
    require(!session.begun, "C9", "session {:#x} is created at {}, a second time", entry.session.value,
            text(entry.zxid));
    session.begun = true;
  } else if (entry.type == OpCode::close_session && !open(entry.session)) {
    // The client closed it as it expired, or on two connections: harmless the second time.
  } else if (entry.session != SessionId{} && entry.effective) {
    require(may_write(entry.session), "C9", "{} at {} is of session {:#x}, which has ended",
            client::name_of(entry.type), text(entry.zxid), entry.session.value);
    Session& session = sessions_[entry.session];
    if (entry.cxid > 0) {
      require(entry.cxid > session.last_cxid, "C2",
              "request {} of session {:#x} takes effect at {} behind its request {}", entry.cxid,
              entry.session.value, text(entry.zxid), session.last_cxid);
      session.last_cxid = entry.cxid;
    }
    if (entry.type == OpCode::close_session) session.open = false;
  }
  check_touched(entry);
}

void SessionChecker::check_touched(const Committed& entry) {
  for (const std::string& path : chronicle_->touched(entry.zxid)) {
    const auto node = chronicle_->node(path, entry.zxid);
    if (!node || node->stat.ephemeral_owner <= 0) {
      owners_.erase(path);
    } else {
      owners_[path] = node->stat.ephemeral_owner;
      require(open(SessionId{node->stat.ephemeral_owner}), "C7",
              "{} at {} belongs to session {:#x}, which does not live", path, text(entry.zxid),
              node->stat.ephemeral_owner);
    }
    if (node && node->stat.czxid == entry.zxid.value) check_suffix(path, node->stat);
  }
  if (entry.type != OpCode::close_session || !entry.effective) return;
  for (const auto& [path, owner] : owners_) {
    require(owner != entry.session.value, "C7", "{} outlives its session {:#x}, which ended at {}", path,
            owner, text(entry.zxid));
  }
}

void SessionChecker::check_suffix(const std::string& path, const client::StatPersisted& stat) {
  const std::string parent(parent_path(path));
  const std::string name = path.substr(path.rfind('/') + 1);
  if (!name.starts_with(kSequential)) return;
  const int64_t suffix = std::strtoll(name.c_str() + kSequential.size(), nullptr, 10);
  const auto above = chronicle_->node(parent, Zxid{stat.czxid});
  Suffix& last = suffixes_[parent];
  if (above && above->stat.czxid != last.parent_czxid) last = {above->stat.czxid, -1};
  require(suffix > last.highest, "C11", "{} is created behind suffix {}", path, last.highest);
  last.highest = suffix;
}

}  // namespace paddock::sim
