// Contenders for what can be held.
#include "client/recipes/election.h"
#include "client/recipes/leader_latch.h"
#include "client/recipes/lock.h"
#include "client/recipes/read_write_lock.h"
#include "client/recipes/semaphore.h"
#include "tests/recipe_sim/contenders.h"

namespace paddock::recipe_sim {
namespace {

recipes::LockOptions options_of(Seat& seat, recipes::Naming naming) {
  recipes::LockOptions options;
  options.naming = naming;
  options.identifier = std::to_string(seat.program().number());
  options.lost_when = seat.loss();
  return options;
}

}  // namespace

// Names of all kinds stand in one line.
Async<void> use_lock(Seat seat) {
  static constexpr recipes::Naming kNamings[] = {recipes::Naming::kazoo, recipes::Naming::curator,
                                                 recipes::Naming::bridge};
  const Line line{"lock", std::string(kLockPath)};
  recipes::Lock lock(seat.zk(), line.directory, options_of(seat, kNamings[seat.random().below(3)]));
  while (!seat.over()) {
    const Limits patience = seat.patience();
    const bool waits = !seat.random().one_in(8);
    Async<Outcome<Hold>> asked = waits ? lock.acquire(patience) : lock.try_acquire(patience);
    Outcome<Hold> hold = co_await std::move(asked);
    if (!hold) seat.went_without(hold.err);
    if (hold) co_await seat.use(line, std::move(hold.value), false);
    co_await seat.rest();
  }
}

Async<void> use_read_write_lock(Seat seat) {
  const Line line{"read-write lock", std::string(kSharedPath)};
  recipes::ReadWriteLock lock(seat.zk(), line.directory, options_of(seat, seat.naming()));
  while (!seat.over()) {
    const Limits patience = seat.patience();
    const bool reads = seat.random().one_in(2);
    Async<Outcome<Hold>> asked = reads ? lock.read(patience) : lock.write(patience);
    Outcome<Hold> hold = co_await std::move(asked);
    if (!hold) {
      seat.went_without(hold.err);
    } else if (reads || !seat.random().one_in(3)) {
      co_await seat.use(line, std::move(hold.value), reads);
    } else {
      const Zxid fence = hold.value.fence();
      const Court::HoldId writer = seat.court().granted(seat.program(), line, fence);
      co_await seat.work(writer, hold.value);
      seat.court().returned(writer);
      Outcome<Hold> reader = co_await lock.downgrade(std::move(hold.value));
      if (reader) {
        const Court::HoldId id =
            seat.court().granted(seat.program(), line, reader.value.fence(), true, fence);
        co_await seat.work(id, reader.value);
        co_await seat.give_back(id, std::move(reader.value));
      }
    }
    co_await seat.rest();
  }
}

Async<void> use_semaphore(Seat seat) {
  const std::string path(kSemaphorePath);
  const bool curator = seat.naming() == recipes::Naming::curator;
  const Line line{"semaphore", curator ? path + "/leases" : path, Line::Kind::leases,
                  seat.stage().plan.leases};
  recipes::SemaphoreOptions options;
  options.naming = seat.naming();
  options.lost_when = seat.loss();
  recipes::Semaphore semaphore(seat.zk(), path, static_cast<int32_t>(line.most), options);
  while (!seat.over()) {
    const Limits patience = seat.patience();
    const bool waits = !seat.random().one_in(8);
    Async<Outcome<Hold>> asked = waits ? semaphore.acquire(patience) : semaphore.try_acquire(patience);
    Outcome<Hold> hold = co_await std::move(asked);
    if (!hold) seat.went_without(hold.err);
    if (hold) co_await seat.use(line, std::move(hold.value), false);
    co_await seat.rest();
  }
}

Async<void> use_election(Seat seat) {
  const Line line{"election", std::string(kElectionPath)};
  recipes::Election election(seat.zk(), line.directory, options_of(seat, seat.naming()));
  const auto leader = std::make_shared<std::optional<recipes::Leader>>();
  const auto observer =
      election.observe([leader](const std::optional<recipes::Leader>& now) { *leader = now; });
  while (!seat.over()) {
    const Limits patience = seat.patience();
    Outcome<Hold> hold = co_await election.campaign(patience);
    if (!hold) seat.went_without(hold.err);
    if (hold) co_await seat.use(line, std::move(hold.value), false);
    co_await seat.rest();
  }
  // The observer is there until everybody has been heard of for the last time.
  while (*leader) co_await seat.rest();
}

Async<void> use_latch(Seat seat) {
  const Line line{"latch", std::string(kLatchPath)};
  const auto held = std::make_shared<std::optional<Court::HoldId>>();
  while (!seat.over()) {
    client::Wakeup wake(seat.zk()->executor());
    recipes::LatchOptions options;
    options.lost_when = seat.loss();
    options.on_gained = [&seat, line, held, notify = wake.notifier()](Zxid fence) {
      *held = seat.court().granted(seat.program(), line, fence);
      notify();
    };
    options.on_lost = [&seat, held] {
      seat.court().told(**held);
      held->reset();
    };
    auto latch = std::make_unique<recipes::LeaderLatch>(seat.zk(), line.directory, options);
    const Limits patience = seat.short_patience();
    co_await wake.wait(patience);
    co_await client::pause_ms(seat.zk()->executor(), seat.about(seat.stage().plan.hold_ms),
                              std::stop_token());
    if (*held) seat.court().returned(**held);
    held->reset();
    latch.reset();
    co_await seat.rest();
  }
}

}  // namespace paddock::recipe_sim
