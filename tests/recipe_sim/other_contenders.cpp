#include "client/helpers.h"
#include "client/recipes/barrier.h"
#include "client/recipes/lease.h"
#include "client/recipes/persistent_node.h"
#include "client/recipes/tree_cache.h"
#include "client/recipes/watch.h"
#include "tests/recipe_sim/contenders.h"
#include "tests/sim/rules.h"

namespace paddock::recipe_sim {
namespace {

const sim::Chronicle& truth(Seat& seat) {
  return seat.stage().world.rules->chronicle();
}

bool has_node_below(Seat& seat, std::string_view directory) {
  const znode::Tree& tree = truth(seat).state().tree();
  const auto nodes = tree.ephemerals_of(seat.zk()->session_id().value);
  return std::any_of(nodes.begin(), nodes.end(),
                     [&](znode::NodeIndex node) { return tree.path(node).starts_with(directory); });
}

// B1: before the barrier was opened, and after it was opened the last time but this, all were there once.
void check_all_had_come(Seat& seat) {
  const std::string path(kBarrierPath), ready = path + "/ready";
  const auto members = static_cast<size_t>(seat.stage().plan.programs);
  const auto& log = truth(seat).log();
  bool opened = false;
  for (auto entry = log.rbegin(); entry != log.rend(); ++entry) {
    const auto& touched = truth(seat).touched(entry->zxid);
    if (std::find(touched.begin(), touched.end(), path) == touched.end()) continue;
    const auto node = truth(seat).node(ready, entry->zxid);
    const bool opens = node && node->stat.czxid == entry->zxid.value;
    if (opens && opened) break;
    opened = opened || opens;
    const auto names = truth(seat).children(path, entry->zxid);
    const size_t present =
        names.size() - static_cast<size_t>(std::count(names.begin(), names.end(), "ready"));
    if (opened && present >= members) return;
  }
  seat.court().require(false, "B1", "p{} has entered, and there never were {} of them",
                       seat.program().number(), members);
}

}  // namespace

Async<void> use_double_barrier(Seat seat) {
  const std::string path(kBarrierPath);
  while (!seat.over()) {
    recipes::DoubleBarrier barrier(seat.zk(), path, seat.stage().plan.programs);
    Limits limits = seat.short_patience();
    const Outcome<client::Nothing> entered = co_await barrier.enter(limits);
    seat.tell(entered ? "has entered" : fmt::format("has not entered: {}", name_of(entered.err)));
    if (entered) check_all_had_come(seat);
    if (entered) seat.progressed();
    const bool known =
        entered || entered.err == ErrorCode::operation_timeout || entered.err == ErrorCode::session_expired;
    seat.court().require(known, "R5", "p{}: a barrier ends with {}", seat.program().number(),
                         name_of(entered.err));
    co_await seat.rest();
    for (bool left = !entered; !left;) {
      limits = seat.short_patience();
      const Outcome<client::Nothing> outcome = co_await barrier.leave(limits);
      if (!outcome) seat.went_without(outcome.err);
      // Those whom one waits for may have come for the next time, and wait themselves.
      left = outcome || !has_node_below(seat, path);
    }
    co_await seat.rest();
  }
}

Async<void> use_persistent_node(Seat seat) {
  const std::string path = fmt::format("{}/{}", kMemberPath, seat.program().number());
  std::string data = "0";
  recipes::PersistentNode node(seat.zk(), path, data);
  const auto is_right = [&] {
    const auto then = truth(seat).node(path, truth(seat).last());
    return then && then->data == data && then->stat.ephemeral_owner == seat.zk()->session_id().value &&
           node.is_present();
  };
  for (int64_t i = 1; !seat.over(); ++i) {
    if (is_right()) seat.progressed();
    if (seat.random().one_in(4)) node.set_data(data = std::to_string(i));
    co_await seat.rest();
  }
  while (!is_right()) co_await seat.rest();
}

Async<void> use_lease(Seat seat) {
  const std::string path(kLeasePath);
  recipes::LeaseOptions options;
  options.identifier = std::to_string(seat.program().number());
  // All clocks show the same: what a program's own makes of it is not the recipe's.
  options.now = [&seat] {
    return recipes::WallTime(std::chrono::milliseconds(seat.stage().world.scheduler.now().ms()));
  };
  recipes::Lease lease(seat.zk(), path, 1000 + seat.about(1000), options);
  Zxid last;
  while (!seat.over()) {
    const Limits limits = seat.patience();
    const Outcome<recipes::LeaseTerm> term = co_await lease.obtain(limits);
    if (!term) seat.went_without(term.err);
    if (term && term.value.ours) {
      const Zxid fence = term.value.fence;
      seat.tell(fmt::format("is leased under {}", sim::text(fence)));
      const auto before = truth(seat).node(path + "/lease_holder", Zxid{fence.value - 1});
      const auto record = before ? recipes::parse_lease(before->data) : std::nullopt;
      const bool free = !record || record->holder == options.identifier || record->end <= options.now();
      seat.court().require(free && fence > last, "L1", "p{} is leased under {} what is {}'s",
                           seat.program().number(), sim::text(fence), record ? record->holder : "its own");
      last = fence;
      seat.progressed();
      if (seat.random().one_in(2)) {
        const Limits patience = seat.patience();
        co_await lease.give_back(patience);
      }
    }
    co_await seat.rest();
  }
}

// Everybody writes, everybody has a copy, and the copies come to be the same.
Async<void> use_watches(Seat seat) {
  const std::string above = "/recipes/watched";
  std::optional<std::string> seen;
  std::optional<std::vector<std::string>> names;
  const recipes::DataWatch data(seat.zk(), above, [&](const std::optional<client::NodeData>& node) {
    seen.reset();
    if (node) seen = node->data;
  });
  const recipes::ChildrenWatch children(
      seat.zk(), above, [&](const std::optional<std::vector<std::string>>& now) { names = now; });
  const recipes::TreeCache cache(seat.zk(), above), alone(seat.zk(), above, nullptr, nullptr, 0);
  while (!seat.over()) {
    const std::string path =
        seat.random().one_in(3) ? above : fmt::format("{}/{}", above, seat.random().below(3));
    const std::string text = std::to_string(seat.random().below(1000));
    const Limits limits = seat.short_patience();
    const bool removes = seat.random().one_in(3);
    Async<Outcome<client::Nothing>> asked = removes ? client::remove_tree(seat.zk(), path, limits)
                                                    : client::create_or_set(seat.zk(), path, text, limits);
    const Outcome<client::Nothing> done = co_await std::move(asked);
    if (done) seat.progressed();
    co_await seat.rest();
  }
  const auto is_the_truth = [&] {
    const auto node = truth(seat).node(above, truth(seat).last());
    std::vector<std::string> all = truth(seat).children(above, truth(seat).last());
    std::sort(all.begin(), all.end());
    if (node.has_value() != seen.has_value() || node.has_value() != names.has_value()) return false;
    if (node && (node->data != *seen || all != *names)) return false;
    if (alone.nodes().size() != (node ? 1 : 0) || (node && alone.nodes().at(above).data != node->data))
      return false;
    if (cache.nodes().size() != all.size() + (node ? 1 : 0)) return false;
    return std::all_of(cache.nodes().begin(), cache.nodes().end(), [&](const auto& entry) {
      const auto then = truth(seat).stat(entry.first, truth(seat).last());
      return then && then->mzxid == entry.second.stat.mzxid && then->czxid == entry.second.stat.czxid;
    });
  };
  while (!is_the_truth()) co_await seat.rest();
}

Async<void> vandalise(Seat seat) {
  static constexpr std::string_view kVictims[] = {kLockPath, kElectionPath, kLatchPath, kMemberPath,
                                                  kOffersPath};
  while (!seat.over()) {
    const std::string directory(kVictims[seat.random().below(std::size(kVictims))]);
    const Limits limits = seat.short_patience();
    const Outcome<client::Children> children =
        co_await seat.zk()->under(limits).async_children(directory, false, recipes::use_awaitable);
    if (children && children.value.names.empty()) {
      co_await seat.zk()->under(limits).async_remove(directory, -1, recipes::use_awaitable);
    } else if (children) {
      const auto& names = children.value.names;
      const std::string victim = directory + "/" + names[seat.random().below(names.size())];
      if (seat.random().one_in(2)) seat.tell("deletes " + victim);
      co_await seat.zk()->under(limits).async_remove(victim, -1, recipes::use_awaitable);
    }
    if (seat.random().one_in(3)) {
      const std::string foreign = directory + "/foreign-" + std::to_string(seat.random().below(100));
      const client::CreateOptions options;
      co_await seat.zk()->under(limits).async_create(foreign, "", options, recipes::use_awaitable);
    }
    co_await client::pause_ms(seat.zk()->executor(), 1 + seat.about(seat.stage().plan.fault_every_ms),
                              std::stop_token());
  }
}

void contend(Program& program, Stage& stage, const std::string& recipe) {
  static const std::map<std::string, Async<void> (*)(Seat)> all = {
      {"lock", use_lock},
      {"read-write lock", use_read_write_lock},
      {"semaphore", use_semaphore},
      {"election", use_election},
      {"latch", use_latch},
      {"multi-lock", use_multi_lock},
      {"set partitioner", use_set_partitioner},
      {"service", use_services},
      {"queue", use_queue},
      {"locking queue", use_locking_queue},
      {"counter", use_counter},
      {"double barrier", use_double_barrier},
      {"persistent node", use_persistent_node},
      {"lease", use_lease},
      {"watch", use_watches},
      {"vandal", vandalise},
  };
  program.begin(all.at(recipe)(Seat(program, stage, recipe)));
}

}  // namespace paddock::recipe_sim
