#include "server/replica/session_tracker.h"

#include <algorithm>

namespace paddock::replica {

Instant SessionTracker::deadline_of(Now now, int32_t timeout_ms) const {
  const int64_t ms = counted(now).ms() + timeout_ms;
  return Instant{}.plus_ms((ms / tick_ms_ + 1) * tick_ms_);
}

SessionTracker::Tracked* SessionTracker::find_live(SessionId session) {
  const auto found = sessions_.find(session);
  return found == sessions_.end() || found->second.closing ? nullptr : &found->second;
}

void SessionTracker::unlink(Tracked& tracked) {
  if (!tracked.waiting) return;
  tracked.waiting = false;
  if (tracked.next) tracked.next->previous = tracked.previous;
  if (tracked.previous) {
    tracked.previous->next = tracked.next;
  } else {
    buckets_[tracked.deadline] = tracked.next;
  }
}

void SessionTracker::move(Tracked& tracked, Instant deadline) {
  if (tracked.waiting && tracked.deadline == deadline) return;
  unlink(tracked);
  Tracked*& head = buckets_[deadline];
  tracked.deadline = deadline;
  tracked.waiting = true;
  tracked.previous = nullptr;
  tracked.next = head;
  if (head) head->previous = &tracked;
  head = &tracked;
}

void SessionTracker::track(SessionId session, int32_t timeout_ms, Now now) {
  Tracked& tracked = sessions_[session];
  tracked.id = session;
  tracked.closing = false;
  move(tracked, deadline_of(now, timeout_ms));
}

void SessionTracker::forget(SessionId session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  unlink(found->second);
  sessions_.erase(found);
}

void SessionTracker::mark_closing(SessionId session) {
  if (Tracked* tracked = find_live(session)) {
    tracked->closing = true;
    unlink(*tracked);
  }
}

bool SessionTracker::touch(SessionId session, int32_t timeout_ms, Now now) {
  Tracked* tracked = find_live(session);
  if (!tracked) return false;
  move(*tracked, deadline_of(now, timeout_ms));
  return true;
}

void SessionTracker::set_owner(SessionId session, SessionOwner owner) {
  if (Tracked* tracked = find_live(session)) tracked->owner = owner;
}

ErrorCode SessionTracker::owned_by(Tracked& tracked, SessionOwner owner) {
  if (tracked.owner == SessionOwner{}) tracked.owner = owner;
  return tracked.owner == owner ? ErrorCode::ok : ErrorCode::session_moved;
}

ErrorCode SessionTracker::check(SessionId session, SessionOwner owner) {
  Tracked* tracked = find_live(session);
  return tracked ? owned_by(*tracked, owner) : ErrorCode::session_expired;
}

ErrorCode SessionTracker::admit(SessionId session, SessionOwner owner, int32_t timeout_ms, Now now) {
  Tracked* tracked = find_live(session);
  if (!tracked) return ErrorCode::session_expired;
  move(*tracked, deadline_of(now, timeout_ms));
  return owned_by(*tracked, owner);
}

bool SessionTracker::any_due(Now now) {
  while (!buckets_.empty() && buckets_.begin()->first <= counted(now)) {
    if (buckets_.begin()->second) return true;
    buckets_.erase(buckets_.begin());
  }
  return false;
}

std::optional<SessionId> SessionTracker::expire_one(Now now) {
  if (!any_due(now)) return std::nullopt;
  Tracked& tracked = *buckets_.begin()->second;
  unlink(tracked);
  tracked.closing = true;
  return tracked.id;
}

std::vector<SessionTracker::Bucket> SessionTracker::buckets() const {
  std::vector<Bucket> result;
  for (const auto& [deadline, head] : buckets_) {
    Bucket& bucket = result.emplace_back();
    bucket.deadline = deadline.plus_ms(skipped_ms_);
    for (const Tracked* tracked = head; tracked; tracked = tracked->next)
      bucket.sessions.push_back(tracked->id);
    std::sort(bucket.sessions.begin(), bucket.sessions.end());
  }
  return result;
}

void SessionTracker::clear() {
  buckets_.clear();
  sessions_.clear();
}

}  // namespace paddock::replica
