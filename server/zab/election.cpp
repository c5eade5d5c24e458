#include "server/zab/election.h"

#include <utility>

namespace paddock::zab {

struct Election::Impl {
  const Membership& membership;
  const ElectionOptions options;
  int64_t round = 0;
  std::optional<ServerId> decided;
};

Election::Election(const Membership& membership, const ElectionOptions& options)
    : impl_(new Impl{membership, options, 0, {}}) {}
Election::~Election() = default;

void Election::start(const Position&, Now) {
  ++impl_->round;
  impl_->decided.reset();
  if (impl_->membership.is_quorum({impl_->options.self})) impl_->decided = impl_->options.self;
}
void Election::receive(ServerId, const quorum::Notification&, Now) {}
void Election::peer_up(ServerId, Now) {}
void Election::peer_down(ServerId, Now) {}
void Election::tick(Now) {}
std::optional<Instant> Election::wake_at() const {
  return std::nullopt;
}
bool Election::looking() const {
  return !impl_->decided;
}
std::optional<ServerId> Election::decided() const {
  return impl_->decided;
}
void Election::epoch_in_use(uint32_t) {}
int64_t Election::round() const {
  return impl_->round;
}
std::optional<Position> Election::highest_heard() const {
  return std::nullopt;
}
std::vector<NotificationOut> Election::take_messages() {
  return {};
}

}  // namespace paddock::zab
