#include "tests/recipe_sim/court.h"

#include <algorithm>

#include "client/recipes/naming.h"
#include "tests/recipe_sim/program.h"
#include "tests/sim/rules.h"

namespace paddock::recipe_sim {

std::vector<Court::Node> Court::nodes(const std::string& directory) const {
  const znode::Tree& tree = world_.rules->chronicle().state().tree();
  const znode::NodeIndex above = tree.find(directory);
  std::vector<Node> nodes;
  if (above == znode::kNoNode) return nodes;
  for (auto node = tree.first_child(above); node != znode::kNoNode; node = tree.next_sibling(node)) {
    nodes.push_back({std::string(tree.name(node)), Zxid{tree.persisted(node).czxid}});
  }
  return nodes;
}

bool Court::stands(const Held& held) const {
  const auto all = nodes(held.line.directory);
  return std::any_of(all.begin(), all.end(), [&](const Node& node) { return node.czxid == held.fence; });
}

Court::HoldId Court::granted(const Program& program, const Line& line, Zxid fence, bool shared,
                             std::optional<Zxid> rank) {
  const HoldId id = holds_.size();
  world_.tell("p{} has {} under {}{}", program.number(), line.recipe, sim::text(fence),
              shared ? ", shared" : "");
  holds_.push_back({&program, line, fence, false, false, {}});
  open_.insert(id);
  if (rank) ranks_[fence] = *rank;
  granted_.insert({line.directory, fence});
  check_creation(holds_[id]);
  if (line.kind == Line::Kind::places) check_places(holds_[id], shared, rank.value_or(fence));
  if (line.kind == Line::Kind::leases) check_leases(holds_[id]);
  progressed(program, line.recipe);
  return id;
}

void Court::check_creation(const Held& held) {
  const auto& chronicle = world_.rules->chronicle();
  const auto& touched = chronicle.touched(held.fence);
  const bool made = std::any_of(touched.begin(), touched.end(), [&](const std::string& path) {
    const auto node = chronicle.node(path, held.fence);
    return path.starts_with(held.line.directory + "/") && node && node->stat.czxid == held.fence.value;
  });
  require(made, "R2", "p{}: {} of {} is the creation of no place", held.program->number(),
          sim::text(held.fence), held.line.recipe);
}

// Places go and never come back, so what stood before somebody when he looked may be gone now, but not the
// other way round. Behind him nobody has anything as long as he stands.
void Court::check_places(const Held& held, bool shared, Zxid rank) {
  for (const Node& node : nodes(held.line.directory)) {
    const auto position = recipes::parse_position(node.name);
    if (!position || (shared && position->shared)) continue;
    const auto taken_over = ranks_.find(node.czxid);
    const Zxid other = taken_over == ranks_.end() ? node.czxid : taken_over->second;
    require(other >= rank, "R1", "p{} has {} under {}, and {} of {} is before it", held.program->number(),
            held.line.recipe, sim::text(held.fence), node.name, sim::text(other));
    const bool another = other > rank && granted_.contains({held.line.directory, node.czxid});
    require(!another || !stands(held), "R1", "p{} has {} under {}, and {} of {} has it, too",
            held.program->number(), held.line.recipe, sim::text(held.fence), node.name, sim::text(other));
  }
}

void Court::check_leases(const Held& held) {
  size_t leases = 0;
  for (const Node& node : nodes(held.line.directory)) {
    leases += granted_.contains({held.line.directory, node.czxid}) ? 1 : 0;
  }
  require(leases <= held.line.most, "R1", "p{} has {} under {}, and that makes {} of {}",
          held.program->number(), held.line.recipe, sim::text(held.fence), leases, held.line.most);
}

void Court::told(HoldId id) {
  if (!holds_[id].open()) return;
  world_.tell("p{} is told that {} under {} is lost", holds_[id].program->number(), holds_[id].line.recipe,
              sim::text(holds_[id].fence));
  holds_[id].told = true;
  open_.erase(id);
}

void Court::returned(HoldId id) {
  if (!holds_[id].open()) return;
  world_.tell("p{} gives {} under {} back", holds_[id].program->number(), holds_[id].line.recipe,
              sim::text(holds_[id].fence));
  holds_[id].returned = true;
  open_.erase(id);
}

void Court::ended(const Program& program) {
  std::erase_if(open_, [&](HoldId id) { return holds_[id].program == &program; });
}

// A session may live on a server that lags behind, for as long as that one may serve.
int64_t Court::patience_ms() const {
  const sim::Knobs& knobs = world_.knobs;
  return knobs.session_timeout_ms * 6 / 5 + (knobs.sync_limit_ticks + 3) * knobs.tick_ms +
         knobs.wire.worst_us / 100 + knobs.sync.worst_us / 100 + 2 * knobs.fault_lasts_ms + 200;
}

void Court::look() {
  const Instant now = world_.scheduler.now();
  for (const HoldId id : open_) {
    Held& held = holds_[id];
    if (!held.gone_since && stands(held)) continue;
    held.gone_since = std::max(held.gone_since.value_or(now), held.program->paused_until());
    const int64_t since_ms = now.ms() - held.gone_since->ms();
    require(since_ms <= patience_ms(), "R3", "p{} has lost {} under {} {} ms ago and was not told",
            held.program->number(), held.line.recipe, sim::text(held.fence), since_ms);
  }
}

void Court::progressed(const Program& program, const std::string& recipe) {
  progress_[{program.number(), recipe}] = world_.scheduler.now();
}

bool Court::has_progressed(const Program& program, const std::string& recipe, Instant since) const {
  const auto found = progress_.find({program.number(), recipe});
  return found != progress_.end() && found->second >= since;
}

}  // namespace paddock::recipe_sim
