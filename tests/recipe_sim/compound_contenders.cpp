// Contenders for several things at once.
#include <deque>
#include <functional>

#include "client/recipes/multi_lock.h"
#include "client/recipes/set_partitioner.h"
#include "tests/recipe_sim/contenders.h"

namespace paddock::recipe_sim {
namespace {

using State = recipes::SetPartitioner::State;

// Some of three locks, in any order.
std::vector<std::string> draw_paths(Seat& seat) {
  std::vector<std::string> paths = {std::string(kFirstOfManyPath), std::string(kSecondOfManyPath),
                                    std::string(kThirdOfManyPath)};
  for (size_t i = paths.size(); i > 1; --i) std::swap(paths[i - 1], paths[seat.random().below(i)]);
  paths.resize(1 + seat.random().below(paths.size()));
  return paths;
}

// What a member of the party has of the set, as it understands it.
class Parts {
 public:
  explicit Parts(Seat& seat) : seat_(seat) {}

  void begin(const recipes::SetPartitioner& partitioner) {
    for (const auto& [item, fence] : partitioner.parts()) {
      const Line line{"set partitioner", fmt::format("{}/locks/{}", kPartitionPath, item)};
      ids_.push_back(seat_.court().granted(seat_.program(), line, fence));
    }
  }
  void stop() {
    for (const Court::HoldId id : ids_) seat_.court().returned(id);
    ids_.clear();
  }

 private:
  Seat& seat_;
  std::vector<Court::HoldId> ids_;
};

}  // namespace

Async<void> use_multi_lock(Seat seat) {
  while (!seat.over()) {
    const std::vector<std::string> paths = draw_paths(seat);
    recipes::LockOptions options;
    options.naming = seat.naming();
    options.lost_when = seat.loss();
    recipes::MultiLock locks(seat.zk(), paths, options);
    const Limits patience = seat.patience();
    Outcome<recipes::MultiLock::Holds> holds = co_await locks.acquire(patience);
    // The first may be lost while one waits for the last.
    if (!holds && holds.err != ErrorCode::session_expired) seat.went_without(holds.err);
    if (holds) {
      std::vector<std::string> sorted = paths;
      std::sort(sorted.begin(), sorted.end());
      std::vector<Hold>& all = holds.value.all;
      std::vector<Court::HoldId> ids;
      std::deque<std::stop_callback<std::function<void()>>> losses;
      for (size_t i = 0; i < all.size(); ++i) {
        const Court::HoldId id =
            seat.court().granted(seat.program(), Line{"multi-lock", sorted[i]}, all[i].fence());
        ids.push_back(id);
        losses.emplace_back(all[i].lost(), [&seat, id] { seat.court().told(id); });
      }
      co_await seat.work(ids.front(), all.front());
      losses.clear();
      for (size_t i = 0; i < all.size(); ++i) co_await seat.give_back(ids[i], std::move(all[i]));
    }
    co_await seat.rest();
  }
}

// One party after the other; in each some divisions of the set.
Async<void> use_set_partitioner(Seat seat) {
  while (!seat.over()) {
    recipes::PartitionOptions options;
    options.lost_when = seat.loss();
    options.time_boundary_ms = 1 + seat.about(seat.stage().world.knobs.tick_ms);
    // No two members ever have the same, for then their order would be one of chance.
    options.identifier = fmt::format("{}.{}", seat.program().number(), seat.stage().world.scheduler.now().ns);
    recipes::SetPartitioner partitioner(seat.zk(), std::string(kPartitionPath), {"a", "b", "c", "d"},
                                        options);
    Parts parts(seat);
    State state = partitioner.state();
    while (!seat.over() && state != State::failure && !seat.random().one_in(12)) {
      const Limits limits = seat.short_patience();
      const Outcome<State> next = co_await partitioner.next_state(state, limits);
      if (!next && state == State::acquired) seat.progressed();  // nobody has come or gone
      if (!next) continue;
      state = next.value;
      parts.stop();
      if (state == State::acquired) parts.begin(partitioner);
      if (state == State::acquired) seat.progressed();
      if (state != State::release) continue;
      co_await seat.rest();
      partitioner.release_set();
    }
    parts.stop();
    const ErrorCode err = partitioner.error();
    seat.court().require(err == ErrorCode::ok || err == ErrorCode::session_expired, "R5",
                         "p{}: a partitioner ends with {}", seat.program().number(), name_of(err));
    co_await seat.rest();
  }
}

}  // namespace paddock::recipe_sim
