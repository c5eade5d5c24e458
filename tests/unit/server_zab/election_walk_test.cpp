// Elections in random interleavings: any order of delivery over FIFO links, any pace of time, kills and
// restarts. The roles that follow a decision are played by what an engine would do at worst.
#include <catch2/catch.hpp>

#include "election_world.h"

namespace paddock::zab {
namespace {

Membership ensemble_of(int64_t servers) {
  Membership membership;
  for (int64_t id = 1; id <= servers; ++id) membership.members.merge(voters({id}).members);
  return membership;
}

// Few different ones, so that many are equal.
Position any_position(Random& random) {
  const auto epoch = static_cast<uint32_t>(1 + random.below(2));
  return {epoch, Zxid::of(epoch, static_cast<uint32_t>(random.below(3)))};
}

// Servers that look, fail and look again until all of them agree.
class Walk {
 public:
  Walk(int64_t servers, uint64_t seed) : servers_(servers), random_(seed), world_(ensemble_of(servers)) {}

  void stumble(int steps) {
    for (int i = 0; i < steps; ++i) {
      const int64_t id = 1 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(servers_)));
      switch (random_.below(12)) {
        case 0:
          if (world_.is_alive(id)) {
            world_.kill(id);
            undecided_since_.erase(id);
          }
          break;
        case 1:
          if (!world_.is_alive(id)) world_.start(id, any_position(random_));
          break;
        case 2:
          if (world_.is_alive(id)) world_.start_again(id);
          break;
        case 3:
          world_.pass_ms(static_cast<int64_t>(random_.below(30)));
          break;
        default:
          deliver_one();
      }
      leave_lost_roles();
    }
  }

  // From here on nobody fails. Returns the milliseconds until all agree on a leader that lives.
  std::optional<int64_t> settle() {
    for (int64_t id = 1; id <= servers_; ++id) {
      if (!world_.is_alive(id)) world_.start(id, any_position(random_));
    }
    const Instant begin = world_.now().monotonic;
    while (world_.now().monotonic < begin.plus_ms(30000)) {
      if (!world_.deliver_all_in_any_order(random_)) return std::nullopt;
      leave_lost_roles();
      if (world_.waiting().empty() && world_.unanimous()) {
        return world_.now().monotonic.ms() - begin.ms();
      }
      world_.pass_ms(5);
    }
    return std::nullopt;
  }

 private:
  void deliver_one() {
    const auto links = world_.waiting();
    if (!links.empty()) world_.deliver(links[random_.below(links.size())]);
  }

  // A decided server whose leader does not lead, or whose followers are no quorum, gives up after a while; at
  // once if the election knows better.
  void leave_lost_roles() {
    for (int64_t id = 1; id <= servers_; ++id) {
      if (!world_.is_alive(id)) continue;
      if (!world_.decision(id) || has_its_role(id)) {
        undecided_since_.erase(id);
        continue;
      }
      const auto [since, begins] = undecided_since_.emplace(id, world_.now().monotonic);
      if (world_[id].deserted() || world_.now().monotonic > since->second.plus_ms(kGiveUpMs)) {
        undecided_since_.erase(id);
        world_.start_again(id);
      }
    }
  }

  bool has_its_role(int64_t id) {
    const int64_t leader = *world_.decision(id);
    if (leader != id) return world_.is_alive(leader) && world_.decision(leader) == leader;
    std::set<ServerId> followers;
    for (int64_t other = 1; other <= servers_; ++other) {
      if (world_.is_alive(other) && world_.decision(other) == id) followers.insert(ServerId{other});
    }
    return world_.membership().is_quorum(followers);
  }

  static constexpr int64_t kGiveUpMs = 10000;
  int64_t servers_;
  Random random_;
  ElectionWorld world_;
  std::map<int64_t, Instant> undecided_since_;
};

}  // namespace

TEST_CASE("in any interleaving without loss of time all elect the best position") {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const auto servers = static_cast<int64_t>(2 + random.below(6));
    ElectionWorld world(ensemble_of(servers));
    std::tuple<Position, int64_t> best;
    for (int64_t id = 1; id <= servers; ++id) {
      const Position position = any_position(random);
      best = std::max(best, {position, id});
      world.start(id, position);
      for (uint64_t early = random.below(4); early > 0 && !world.waiting().empty(); --early) {
        world.deliver(world.waiting().front());
      }
    }
    REQUIRE(world.deliver_all_in_any_order(random));
    REQUIRE(world.unanimous() == std::get<1>(best));
  }
}

TEST_CASE(
    "after any kills, restarts and delays all agree on one leader that lives, and not by time-out alone") {
  int64_t slow = 0;
  constexpr uint64_t kSeeds = 2000;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    CAPTURE(seed);
    Walk walk(static_cast<int64_t>(3 + seed % 5), seed);
    walk.stumble(200);
    const std::optional<int64_t> took_ms = walk.settle();
    REQUIRE(took_ms);
    slow += *took_ms > 3000 ? 1 : 0;
  }
  CHECK(slow <= 2);
}

}  // namespace paddock::zab
