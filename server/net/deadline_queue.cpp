#include "server/net/deadline_queue.h"

#include <algorithm>

namespace paddock::net {

DeadlineQueue::DeadlineQueue(boost::asio::io_context& io, int64_t patience_ms,
                             std::function<void(ConnectionId)> due)
    : patience_(patience_ms), due_(std::move(due)), timer_(io) {}

void DeadlineQueue::add(ConnectionId connection) {
  if (patience_.count() <= 0) return;
  waiting_.emplace_back(Clock::now() + patience_, connection);
  arm();
}

void DeadlineQueue::arm() {
  if (armed_ || waiting_.empty() || !due_) return;
  armed_ = true;
  const auto rest = patience_ / 20 + std::chrono::milliseconds(1);
  timer_.expires_at(std::max(waiting_.front().first, Clock::now() + rest));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
    self->armed_ = false;
    if (stopped || !self->due_) return;
    self->look();
    self->arm();
  });
}

void DeadlineQueue::look() {
  const auto now = Clock::now();
  while (due_ && !waiting_.empty() && waiting_.front().first <= now) {
    const ConnectionId connection = waiting_.front().second;
    waiting_.pop_front();
    due_(connection);
  }
}

void DeadlineQueue::close() {
  due_ = nullptr;
  timer_.cancel();
}

}  // namespace paddock::net
