// FakeNetwork: FIFO links of the learner channel and the election mesh, which deliver one message at a time
// when told to. A cut holds everything back and tells nobody; a crash resets.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "server/zab/ready.h"

namespace paddock::scenarios {

// From one server to another.
struct Route {
  int64_t from = 0;
  int64_t to = 0;
  friend auto operator<=>(const Route&, const Route&) = default;
};

struct Packet {
  Bytes bytes;
};
struct Piece {
  Bytes bytes;  // of a snapshot
};
// The other end is closed; nothing follows.
struct Closed {};
using Traffic = std::variant<Packet, Piece, Closed>;

// One connection of a learner to a leader.
struct Link {
  int64_t learner = 0;
  int64_t leader = 0;
  LinkId learner_end;  // what each side calls it
  LinkId leader_end;
  bool learner_open = true;
  bool leader_open = true;
  std::deque<Traffic> to_leader;
  std::deque<Traffic> to_learner;

  bool connects(Route route) const {
    return (route.from == learner && route.to == leader) || (route.from == leader && route.to == learner);
  }
  bool goes_to_leader(Route route) const { return route.to == leader; }
  std::deque<Traffic>& queue(Route route) { return goes_to_leader(route) ? to_leader : to_learner; }
  bool open_at(int64_t server) const { return server == leader ? leader_open : learner_open; }
  LinkId end_at(int64_t server) const { return server == leader ? leader_end : learner_end; }
};

struct Attempt {
  int64_t learner = 0;
  int64_t leader = 0;
  LinkId learner_end;
};

class FakeNetwork {
 public:
  // --- Learner links
  void attempt(const Attempt& attempt) { attempts_.push_back(attempt); }
  // The oldest attempt that the network lets through.
  std::optional<Attempt> next_attempt();
  Link& connect(const Attempt& attempt);
  // By the name that `server` gives it; null if it is gone or closed there.
  Link* find(int64_t server, LinkId end);
  // The newest link between two servers that is open at the sender's end; null if there is none.
  Link* newest(Route route);
  // `server` closes its end: what comes for it is dropped, the other end hears of it behind all that was
  // sent.
  void close(int64_t server, LinkId end);
  // What waits for a receiver, oldest link first; null: nothing.
  Link* next_traffic(Route route);

  // --- Election mesh
  void notify(Route route, quorum::Notification message) { votes_[route].push_back(std::move(message)); }
  bool has_vote(Route route) const;
  quorum::Notification take_vote(Route route);

  // --- Misfortune
  void cut(Route route) { cut_.insert(route); }
  void heal() { cut_.clear(); }
  bool is_cut(Route route) const { return cut_.count(route) > 0; }
  // Learner links deliver only by command this way.
  void hold(Route route) { held_.insert(route); }
  void release(Route route) { held_.erase(route); }
  bool is_held(Route route) const { return held_.count(route) > 0; }
  // All that `server` sent and did not arrive is lost, and all that is on the way to it; its links are reset.
  void reset(int64_t server);

 private:
  std::vector<Attempt> attempts_;
  std::deque<Link> links_;  // never erased: a LinkId is not used twice
  std::map<Route, std::deque<quorum::Notification>> votes_;
  std::set<Route> cut_;
  std::set<Route> held_;
  uint64_t last_leader_end_ = uint64_t{1} << 63;
};

}  // namespace paddock::scenarios
