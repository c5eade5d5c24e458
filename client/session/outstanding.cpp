#include "client/session/outstanding.h"

#include "client/session/frames.h"

namespace paddock::client {

int32_t Outstanding::next_xid() {
  // Negative xids are taken and 0 is what some servers say of themselves, so the wrap is to 1, as in Java.
  last_xid_ = last_xid_ == INT32_MAX ? 1 : last_xid_ + 1;
  return last_xid_;
}

void Outstanding::send_waiting(std::string& out, Instant now) {
  for (; !waiting_.empty(); waiting_.pop_front()) {
    Request& request = waiting_.front();
    request.xid = next_xid();
    request.sent = now;
    append_request(out, request.xid, request.type, request.body);
    request.body = std::string();
    sent_.push_back(std::move(request));
  }
}

std::optional<Request> Outstanding::take_answered(int32_t xid) {
  if (sent_.empty() || sent_.front().xid != xid) return std::nullopt;
  std::optional<Request> request(std::move(sent_.front()));
  sent_.pop_front();
  return request;
}

std::deque<Request> Outstanding::take_all() {
  std::deque<Request> all = take_sent();
  for (Request& request : waiting_) all.push_back(std::move(request));
  waiting_.clear();
  return all;
}

}  // namespace paddock::client
