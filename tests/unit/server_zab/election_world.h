// Elections that talk to each other over FIFO queues, in whatever order a test delivers; for the tests of
// zab::Election.
#pragma once

#include <deque>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "protocol/base/random.h"
#include "server/zab/election.h"

namespace paddock::zab {

inline Membership voters(std::initializer_list<int64_t> ids) {
  Membership membership;
  for (const int64_t id : ids) {
    Member member;
    member.id = ServerId{id};
    member.quorum = {{"127.0.0.1", static_cast<int32_t>(32100 + id)}};
    member.election = {{"127.0.0.1", static_cast<int32_t>(32200 + id)}};
    membership.members[member.id] = member;
  }
  return membership;
}

inline Membership with_observer(Membership membership, int64_t id) {
  membership.members[ServerId{id}] = voters({id}).members.at(ServerId{id});
  membership.members[ServerId{id}].observer = true;
  return membership;
}

inline Now at_ms(int64_t ms) {
  return {Instant{}.plus_ms(ms), WallTime{}};
}

class ElectionWorld {
 public:
  using Link = std::pair<ServerId, ServerId>;  // from, to

  explicit ElectionWorld(Membership membership) : configs_(std::move(membership)) {}

  Now now() const { return now_; }
  const Membership& membership() const { return configs_.committed(); }
  bool is_alive(int64_t id) const { return servers_.count(ServerId{id}) > 0; }
  Election& operator[](int64_t id) { return *servers_.at(ServerId{id}).election; }

  // A new process, or the same one again that looks for a leader.
  void start(int64_t id, Position position) {
    const ServerId self{id};
    if (!is_alive(id)) {
      Server& server = servers_[self];
      server.election = std::make_unique<Election>(configs_, ElectionOptions{self, 20, 200, 1600});
      for (auto& [peer, other] : servers_) {
        if (peer == self) continue;
        other.election->peer_up(self, now_);
        server.election->peer_up(peer, now_);
      }
    }
    servers_[self].position = position;
    servers_[self].election->start(position, now_);
    collect();
  }
  void start(int64_t id, uint32_t epoch = 0, Zxid zxid = {}) { start(id, Position{epoch, zxid}); }
  void start_again(int64_t id) { start(id, servers_.at(ServerId{id}).position); }

  void kill(int64_t id) {
    const ServerId dead{id};
    servers_.erase(dead);
    for (auto& [link, queue] : links_) {
      if (link.first == dead || link.second == dead) queue.clear();
    }
    for (auto& [peer, other] : servers_) other.election->peer_down(dead, now_);
    collect();
  }
  // What is said on this link is lost from now on.
  void cut(int64_t from, int64_t to) { cut_.insert({ServerId{from}, ServerId{to}}); }
  void heal() { cut_.clear(); }

  std::vector<Link> waiting() const {
    std::vector<Link> links;
    for (const auto& [link, queue] : links_) {
      if (!queue.empty()) links.push_back(link);
    }
    return links;
  }
  // The oldest message of one link.
  void deliver(Link link) {
    std::deque<quorum::Notification>& queue = links_.at(link);
    const quorum::Notification message = std::move(queue.front());
    queue.pop_front();
    ++delivered_;
    servers_.at(link.second).election->receive(link.first, message, now_);
    collect();
  }
  void deliver(int64_t from, int64_t to) { deliver({ServerId{from}, ServerId{to}}); }
  // All of them, and what they cause. False: it never ends.
  bool deliver_all() {
    for (int steps = 0; steps < 10000; ++steps) {
      const std::vector<Link> links = waiting();
      if (links.empty()) return true;
      deliver(links.front());
    }
    return false;
  }
  bool deliver_all_in_any_order(Random& random) {
    for (int steps = 0; steps < 10000; ++steps) {
      const std::vector<Link> links = waiting();
      if (links.empty()) return true;
      deliver(links[random.below(links.size())]);
    }
    return false;
  }
  // Time alone; nothing is delivered.
  void pass_ms(int64_t ms) {
    const Instant end = now_.monotonic.plus_ms(ms);
    while (now_.monotonic < end) {
      now_.monotonic = std::min(end, next_wake().value_or(end));
      for (auto& [id, server] : servers_) server.election->tick(now_);
      collect();
    }
  }

  std::optional<int64_t> decision(int64_t id) {
    const std::optional<ServerId> leader = (*this)[id].decided();
    return leader ? std::optional(leader->value) : std::nullopt;
  }
  // The one leader that everybody who is alive has decided on.
  std::optional<int64_t> unanimous() {
    std::set<std::optional<int64_t>> leaders;
    for (const auto& [id, server] : servers_) leaders.insert(decision(id.value));
    return leaders.size() == 1 ? *leaders.begin() : std::nullopt;
  }
  int delivered() const { return delivered_; }

 private:
  struct Server {
    std::unique_ptr<Election> election;
    Position position;
  };

  std::optional<Instant> next_wake() const {
    std::optional<Instant> next;
    for (const auto& [id, server] : servers_) {
      const std::optional<Instant> wake = server.election->wake_at();
      if (wake && (!next || *wake < *next)) next = wake;
    }
    if (next && *next < now_.monotonic) return now_.monotonic;
    return next;
  }
  void collect() {
    for (auto& [from, server] : servers_) {
      for (NotificationOut& out : server.election->take_messages()) {
        const Link link{from, out.to};
        if (servers_.count(out.to) > 0 && cut_.count(link) == 0) links_[link].push_back(out.message);
      }
    }
  }

  Configs configs_;
  Now now_;
  std::map<ServerId, Server> servers_;
  std::map<Link, std::deque<quorum::Notification>> links_;
  std::set<Link> cut_;
  int delivered_ = 0;
};

}  // namespace paddock::zab
