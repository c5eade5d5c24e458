#include "server/zab/configs.h"

#include <utility>

namespace paddock::zab {

namespace {

bool gives_weight(const Membership& membership, ServerId id) {
  const auto member = membership.members.find(id);
  return member != membership.members.end() && (!membership.hierarchical || member->second.weight != 0);
}

}  // namespace

bool Configs::is_voter(ServerId id) const {
  return committed_.is_voter(id) || (proposed_ && proposed_->is_voter(id));
}

bool Configs::is_quorum(const std::set<ServerId>& acks) const {
  return is_quorum_of(committed_, acks) && (!proposed_ || is_quorum_of(*proposed_, acks));
}

bool Configs::has_two_voters() const {
  return committed_.voter_count() == 2;
}

bool Configs::is_quorum_of(const Membership& membership, const std::set<ServerId>& acks) const {
  if (membership.is_quorum(acks)) return true;
  return sole_ && acks.contains(*sole_) && membership.is_voter(*sole_) && membership.voter_count() == 2;
}

bool Configs::is_quorum_for(Zxid zxid, const std::set<ServerId>& acks) const {
  return zxid.value < proposed().version ? is_quorum_of(committed_, acks) : is_quorum(acks);
}

bool Configs::has_weight(ServerId id) const {
  return gives_weight(committed_.members.contains(id) ? committed_ : proposed(), id);
}

bool Configs::is_indispensable(ServerId id) const {
  if (!proposed_ || !proposed_->is_voter(id) || !gives_weight(*proposed_, id)) return false;
  std::set<ServerId> others = everyone();
  others.erase(id);
  return !is_quorum(others);
}

const Member* Configs::find(ServerId id) const {
  const auto next = proposed().members.find(id);
  if (next != proposed().members.end()) return &next->second;
  const auto known = committed_.members.find(id);
  return known == committed_.members.end() ? nullptr : &known->second;
}

std::set<ServerId> Configs::everyone() const {
  std::set<ServerId> ids;
  for (const auto& [id, member] : committed_.members) ids.insert(id);
  for (const auto& [id, member] : proposed().members) ids.insert(id);
  return ids;
}

void Configs::propose(const Membership& next) {
  if (next.version <= proposed().version) return;
  commit();
  proposed_ = next;
  ++revision_;
}

void Configs::announce(const Membership& next) {
  if (next.version <= committed_.version || proposed() == next) return;
  proposed_ = next;
  ++revision_;
}

void Configs::commit_to(Zxid zxid) {
  if (proposed_ && proposed_->version <= zxid.value) commit();
}

void Configs::commit() {
  if (!proposed_) return;
  committed_ = std::move(*proposed_);
  proposed_.reset();
  ++revision_;
}

void Configs::adopt(const Membership& known) {
  if (known.version <= committed_.version) return;
  committed_ = known;
  if (proposed_ && proposed_->version <= known.version) proposed_.reset();
  ++revision_;
}

void Configs::withdraw() {
  if (!proposed_) return;
  proposed_.reset();
  ++revision_;
}

}  // namespace paddock::zab
