#include "client/recipes/leader_latch.h"

#include "client/recipes/line.h"

namespace paddock::recipes {

LeaderLatch::LeaderLatch(ClientPtr zk, std::string path, LatchOptions options)
    : background_(zk, [zk, path, options, state = state_](std::stop_token stop) {
        return stand(zk, path, options, state, stop);
      }) {}

Async<void> LeaderLatch::stand(ClientPtr zk, std::string path, LatchOptions options,
                               std::shared_ptr<State> state, std::stop_token stop) {
  LineOptions line;
  line.directory = path;
  line.naming = options.naming;
  line.claim = Claim::latch;
  line.data = options.identifier;
  line.lost_when = options.lost_when;
  const Limits until_stopped(Deadline::never(), stop);
  while (!stop.stop_requested() && !zk->ended()) {
    Outcome<Hold> hold = co_await stand_in_line(zk, line, until_stopped);
    if (hold.err == ErrorCode::session_expired) continue;
    if (!hold) {
      // Who has let go of the latch asks for no news.
      if (!stop.stop_requested() && options.on_failed) options.on_failed(hold.err);
      co_return;
    }
    // Let go of while the answer was on its way: who hears of the gain would never hear of the loss.
    if (stop.stop_requested()) {
      co_await hold.value.release();
      co_return;
    }
    state->leads = true;
    state->fence = hold.value.fence();
    if (options.on_gained) options.on_gained(state->fence);

    client::Wakeup wake(zk->executor());
    const std::stop_callback when_lost(hold.value.lost(), wake.notifier());
    if (!stop.stop_requested()) co_await wake.wait(until_stopped);
    state->leads = false;
    // The one who has let go of the latch asks for no more news.
    if (!stop.stop_requested() && options.on_lost) options.on_lost();
    co_await hold.value.release();
  }
}

}  // namespace paddock::recipes
