#include "tests/recipe_sim/seat.h"

namespace paddock::recipe_sim {

using client::Deadline;

Limits Seat::patience() {
  return random().one_in(3) ? Limits() : short_patience();
}

Limits Seat::short_patience() {
  return Limits(Deadline::in_ms(1 + about(2 * stage_.world.knobs.session_timeout_ms)));
}

recipes::LossPolicy Seat::loss() {
  loss_ = random().one_in(2) ? recipes::LossPolicy::suspended : recipes::LossPolicy::lost;
  return loss_;
}

void Seat::went_without(ErrorCode err) {
  tell(std::string("goes without: ") + std::string(name_of(err)));
  court().require(err == ErrorCode::operation_timeout, "R5", "p{}: {} ends with {}", program_.number(),
                  recipe_, name_of(err));
}

void Seat::tell(const std::string& what) {
  stage_.world.tell("p{} {}: {}", program_.number(), recipe_, what);
}

Async<void> Seat::rest() {
  co_await client::pause_ms(zk()->executor(), 1 + about(stage_.plan.rest_ms), std::stop_token());
}

Async<void> Seat::work(Court::HoldId id, const Hold& hold) {
  client::Wakeup wake(zk()->executor());
  const std::stop_callback on_loss(hold.lost(), [this, id, notify = wake.notifier()] {
    court().told(id);
    notify();
  });
  // Behind the hold's own listener.
  const auto states = zk()->listen_state([this, &hold](const client::ConnectionState& now) {
    const bool fine = now == client::ConnectionState::connected || loss_ == recipes::LossPolicy::lost;
    court().require(fine || hold.is_lost(), "R7", "p{} is {} and {} is not lost", program_.number(),
                    client::name_of(now), recipe_);
  });
  // Sometimes for so long that nothing but being told ends it in time.
  const int64_t long_ms = 4 * stage_.world.knobs.session_timeout_ms;
  const Limits enough(Deadline::in_ms(about(random().one_in(12) ? long_ms : stage_.plan.hold_ms)));
  co_await wake.wait(enough);
}

Async<void> Seat::give_back(Court::HoldId id, Hold hold) {
  court().returned(id);
  const uint64_t how = random().below(3);
  if (how == 0) co_return;  // by its destructor
  const Limits limits = how == 1 ? Limits() : short_patience();
  co_await hold.release(limits);
}

Async<void> Seat::use(Line line, Hold hold, bool shared) {
  const Court::HoldId id = court().granted(program_, line, hold.fence(), shared);
  co_await work(id, hold);
  co_await give_back(id, std::move(hold));
}

}  // namespace paddock::recipe_sim
