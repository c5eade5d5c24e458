// Ensemble: engines of several servers over FIFO links, fake disks and a clock that the test moves. It keeps
// what every test wants kept, after every event:
//
//   agreement   what servers commit is one sequence, and a server's tree is a prefix of it
//   leaders     an epoch is led by one server
//   promises    what FOLLOWERINFO, ACKEPOCH and ACK say is durable when they leave
//   syncs       who confirms a sync holds all that was committed anywhere when it was asked for
#pragma once

#include <compare>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fake_store.h"
#include "protocol/base/random.h"
#include "server/zab/engine.h"

namespace paddock::zab::test {

struct Server {
  ServerId id;
  std::optional<Membership> told_of;  // the ensemble, if not what the options say
  EngineOptions options;
  FakeStore store;
  std::unique_ptr<Engine> engine;  // none: it is down
  uint64_t incarnation = 0;
  bool paused = false;
  int32_t listens_at = 0;  // the port; 0: nowhere
  // The replica's part
  Entries tree;
  Zxid applied;
  std::optional<std::string> staged;  // an image, as far as it is here
  bool serving = false;
  std::string told;     // the sequence since the start
  std::string packets;  // what it sent to learners and leaders since the start
  std::set<LinkId> nameless;  // on these it calls itself what no server is called, and promises nothing
  std::vector<uint64_t> synced;
  std::vector<FromLearner> from_learners;
  std::vector<std::string> from_leader;
};

// Where something waits, in order.
struct Lane {
  enum Kind { connect, link, election, mesh, reads };
  Kind kind = link;
  int64_t from = 0;
  int64_t to = 0;
  uint64_t pipe = 0;
  friend auto operator<=>(const Lane&, const Lane&) = default;
};

class Ensemble {
 public:
  // Servers 1 to `voters`, then the observers. Nobody runs yet.
  explicit Ensemble(int voters, int observers = 0);

  // For engines that are started from here on.
  EngineOptions options;

  Server& server(int64_t id) { return servers_.at(id); }
  Engine& engine(int64_t id) { return *servers_.at(id).engine; }
  bool up(int64_t id) { return servers_.at(id).engine != nullptr; }
  std::map<int64_t, Server>& servers() { return servers_; }

  // --- What happens to servers
  void start(int64_t id);
  void start_all();
  // `landed`: how much of the work that is not synced survives.
  void crash(int64_t id, size_t landed = 0);
  void pause(int64_t id) { server(id).paused = true; }
  void resume(int64_t id) { server(id).paused = false; }
  // A cut resets what runs between two servers, and nothing gets through until it heals. A stall only delays.
  void cut(int64_t a, int64_t b);
  void heal(int64_t a, int64_t b);
  void heal_all();
  void stall(int64_t a, int64_t b) { stalled_.insert(pair(a, b)); }
  void reset_links(int64_t a, int64_t b);
  void propose(int64_t id, int count = 1);
  // A server that is not configured. It was told of itself and of `known`.
  void add(int64_t id, std::initializer_list<int64_t> known);
  // A client of the leader `id` asks for this ensemble.
  ErrorCode reconfigure(int64_t id, const Membership& wanted);
  // Nothing if it does not lead.
  void request_sync(int64_t id);
  void checkpoint(int64_t id, bool purge);
  // What a test did to an engine itself takes its effect.
  void touch(int64_t id) { look(server(id)); }

  // --- What happens next
  // One event, chosen by chance; false: nothing is due at this time.
  bool step(Random& random);
  // Everything that is due, server by server, and then time, until `reached` holds. False: it does not within
  // `limit_ms`.
  bool run_until(const std::function<bool()>& reached, int64_t limit_ms = 60000);
  void run_for(int64_t ms);
  void pass(int64_t ms) { now_ns_ += ms * 1'000'000; }
  // To the next moment at which something is due, but no further than this.
  void pass_to_next(int64_t limit_ms);
  Now now() const { return {Instant{now_ns_}, {}}; }

  // --- What is so
  // The server that serves as leader of the highest epoch; 0: none.
  int64_t leader();
  // Everybody who is up serves and holds everything that was ever committed.
  bool all_converged();
  bool converged(const std::vector<int64_t>& ids);
  const Entries& committed() const { return canonical_; }
  // The one that is neither of them, of three.
  static int64_t third(int64_t a, int64_t b) { return 6 - a - b; }

 private:
  using Event = std::function<void()>;
  struct Pipe {
    int64_t learner = 0;
    int64_t leader = 0;
    LinkId learner_link;
    LinkId leader_link;
    bool learner_open = true;  // its engine has not been told of an end, and has not closed it
    bool leader_open = true;
  };
  static std::pair<int64_t, int64_t> pair(int64_t a, int64_t b) { return std::minmax(a, b); }
  static Lane lane_of(Lane::Kind kind, int64_t from, int64_t to, uint64_t pipe = 0) {
    return {kind, from, to, pipe};
  }

  void look(Server& server);
  void send(Server& from, const MessageOut& message);
  void send_packet(Server& from, LinkId link, const Bytes& bytes, bool is_piece);
  void check_promise(const Server& from, const quorum::QuorumPacket& packet);
  void command(Server& server, const LinkCommand& command);
  void connect(int64_t learner, const ConnectToLeader& wanted, uint64_t incarnation);
  void close_end(Server& server, LinkId link);
  void break_pipe(uint64_t id);
  void tell_end(uint64_t id, bool learner_end);
  std::optional<uint64_t> pipe_of(const Server& server, LinkId link);
  void work_off(Server& server, const SequenceItem& item);
  void commit(Server& server, const Committed& item);
  void replace_tree(Server& server, Zxid zxid);
  void adopt(Server& server, size_t at, const Entry& entry);
  void mesh_changed(int64_t a, int64_t b, bool up);
  void drop_lanes_of(int64_t id);
  bool passes(const Lane& lane) const;
  std::vector<Event> due();
  void on(int64_t id, const std::function<void(Server&)>& action);

  int64_t now_ns_ = 1'000'000'000;
  std::map<int64_t, Server> servers_;
  std::map<Lane, std::deque<Event>> lanes_;
  std::map<uint64_t, Pipe> pipes_;
  std::set<std::pair<int64_t, int64_t>> cut_;
  std::set<std::pair<int64_t, int64_t>> stalled_;
  uint64_t last_pipe_ = 0;
  uint64_t last_txn_ = 0;
  Entries canonical_;                      // everything that was ever committed
  std::map<uint64_t, size_t> syncs_;       // what was committed when it was asked for
  std::map<uint32_t, int64_t> leader_of_;  // every epoch that was ever in use
};

Membership ensemble_of(std::initializer_list<int64_t> voters, std::initializer_list<int64_t> observers = {});

// "1.4" for (1,4).
std::string name(Zxid zxid);

}  // namespace paddock::zab::test
