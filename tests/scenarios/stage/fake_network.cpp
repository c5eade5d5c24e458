#include "fake_network.h"

#include <algorithm>

namespace paddock::scenarios {

std::optional<Attempt> FakeNetwork::next_attempt() {
  for (auto attempt = attempts_.begin(); attempt != attempts_.end(); ++attempt) {
    if (is_cut({attempt->learner, attempt->leader}) || is_cut({attempt->leader, attempt->learner})) continue;
    const Attempt found = *attempt;
    attempts_.erase(attempt);
    return found;
  }
  return std::nullopt;
}

Link& FakeNetwork::connect(const Attempt& attempt) {
  Link link;
  link.learner = attempt.learner;
  link.leader = attempt.leader;
  link.learner_end = attempt.learner_end;
  link.leader_end = LinkId{++last_leader_end_};
  links_.push_back(std::move(link));
  return links_.back();
}

Link* FakeNetwork::find(int64_t server, LinkId end) {
  for (Link& link : links_) {
    const bool is_end = (link.leader == server && link.leader_end == end) ||
                        (link.learner == server && link.learner_end == end);
    if (is_end && link.open_at(server)) return &link;
  }
  return nullptr;
}

Link* FakeNetwork::newest(Route route) {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    if (link->connects(route) && link->open_at(route.from)) return &*link;
  }
  return nullptr;
}

void FakeNetwork::close(int64_t server, LinkId end) {
  std::erase_if(attempts_,
                [&](const Attempt& each) { return each.learner == server && each.learner_end == end; });
  Link* link = find(server, end);
  if (link == nullptr) return;
  (server == link->leader ? link->leader_open : link->learner_open) = false;
  (server == link->leader ? link->to_leader : link->to_learner).clear();
  const int64_t other = server == link->leader ? link->learner : link->leader;
  if (link->open_at(other)) link->queue({server, other}).push_back(Closed{});
}

Link* FakeNetwork::next_traffic(Route route) {
  if (is_cut(route)) return nullptr;
  for (Link& link : links_) {
    if (link.connects(route) && link.open_at(route.to) && !link.queue(route).empty()) return &link;
  }
  return nullptr;
}

bool FakeNetwork::has_vote(Route route) const {
  const auto votes = votes_.find(route);
  return votes != votes_.end() && !votes->second.empty() && !is_cut(route);
}

quorum::Notification FakeNetwork::take_vote(Route route) {
  std::deque<quorum::Notification>& votes = votes_.at(route);
  quorum::Notification oldest = std::move(votes.front());
  votes.pop_front();
  return oldest;
}

void FakeNetwork::reset(int64_t server) {
  std::erase_if(attempts_, [&](const Attempt& each) { return each.learner == server; });
  for (auto& [route, votes] : votes_) {
    if (route.from == server || route.to == server) votes.clear();
  }
  for (Link& link : links_) {
    if (link.learner != server && link.leader != server) continue;
    const int64_t other = server == link.leader ? link.learner : link.leader;
    (server == link.leader ? link.leader_open : link.learner_open) = false;
    link.to_leader.clear();
    link.to_learner.clear();
    if (link.open_at(other)) link.queue({server, other}).push_back(Closed{});
  }
}

}  // namespace paddock::scenarios
