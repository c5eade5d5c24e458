// Replicas of one ensemble over FIFO links, with fake disks and a clock that the test moves, and clients of
// each. Everything a disk is told is durable at once; what is sent arrives in order, when run() comes to it.
//
//   Ensemble ensemble;                                  // 1, 2 and 3, and one of them leads
//   Client alice = ensemble.follower().client();
//   alice.create("/a");
//   CHECK(alice.heard() == Heard{});                    // nobody else has moved
//   ensemble.run();
//   CHECK(alice.heard() == Heard{"1 ok"});
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client.h"
#include "fake_disk.h"
#include "protocol/quorum/snapshot_stream.h"
#include "server/replica/replica.h"

namespace paddock::replica::testing {

class Ensemble;

class Member : public ClientHost {
 public:
  Member(Ensemble& ensemble, ServerId id) : ensemble_(ensemble), id_(id) {}

  ServerId id() const { return id_; }
  bool is_up() const { return replica_ != nullptr; }
  Replica& replica() override;
  Now now() const override;
  void step() override;
  // With a session, which is there once the ensemble has run.
  Client client(int32_t timeout_ms = 10'000);
  // The connection of a client that comes with `request`, after the ensemble has run.
  Client come(const client::ConnectRequest& request);

  std::string mode() { return replica().status(now()).mode; }
  const Disk& disk() const { return disk_; }
  // Of what is replicated; the time in /zookeeper/config is each server's own.
  znode::StateChecksum checksum();

 private:
  friend class Ensemble;

  Ensemble& ensemble_;
  ServerId id_;
  std::unique_ptr<Replica> replica_;
  Disk disk_;
  bool listening_ = false;
  bool paused_ = false;
  struct Image {
    Zxid zxid;
    std::string left;
  };
  std::map<uint64_t, Image> images_;  // of SnapshotRead
};

class Ensemble {
 public:
  // Servers 1 to `voters`, then observers. All run, and one leads.
  explicit Ensemble(int voters = 3, int observers = 0, size_t history_count = 500,
                    bool read_only_mode = false);
  // The same, but for what the fixture needs.
  explicit Ensemble(const ReplicaOptions& options, int voters = 3, int observers = 0);
  ~Ensemble();

  Member& server(int64_t id) { return *members_.at(ServerId{id}); }
  Member& leader();
  Member& follower();        // the one of the least id
  Member& other_follower();  // the next

  // Everything that is under way arrives; no time passes.
  void run();
  // In steps of 50 ms, everybody who is not paused moves.
  void pass(int64_t ms);
  // Until all who are up and not paused serve.
  void serve();
  void stop(Member& member);  // its process ends; what its disk holds stays
  void start(Member& member);
  void wipe(Member& member) { member.disk_ = {}; }
  void pause(Member& member) { member.paused_ = true; }
  void resume(Member& member);
  Now now() const { return now_; }

 private:
  friend class Member;

  struct Packet {
    Bytes bytes;
    bool of_snapshot = false;
  };
  // One learner's connection, both ends.
  struct Link {
    ServerId learner;
    ServerId leader;
    LinkId learner_end;
    LinkId leader_end;
    std::deque<Packet> up;                            // to the leader
    std::deque<Packet> down;                          // to the learner
    std::optional<quorum::SnapshotScanner> snapshot;  // what comes down is a state
    bool closing = false;                             // closed by one of them, behind what is under way
  };
  struct Note {
    ServerId from;
    ServerId to;
    quorum::Notification message;
  };

  void take(Member& member, zab::Ready& ready);
  void send(Member& from, const zab::MessageOut& message);
  void obey(Member& member, const zab::LinkCommand& command);
  void connect(Member& learner, const zab::ConnectToLeader& wanted);
  void read(Member& member, const store::HistoryRead& wanted);
  void read(Member& member, const store::SnapshotRead& wanted);
  Link* link_of(const Member& member, LinkId end);
  void break_links(const Member& member);
  void drop(size_t link);
  bool deliver_one();
  bool deliver_one(Link& link);
  void arrive_down(Link& link, const Packet& packet);
  void mesh(Member& member, bool up);
  bool moves(ServerId id) { return members_.at(id)->is_up() && !members_.at(id)->paused_; }

  Now now_{Instant{}.plus_ms(1'000'000), WallTime{1'700'000'000'000}};
  ReplicaOptions options_;
  std::map<ServerId, std::unique_ptr<Member>> members_;
  std::vector<std::unique_ptr<Link>> links_;
  std::deque<Note> notes_;
  std::deque<std::function<void()>> reads_;  // answers of disks
  uint64_t last_link_ = 0;
  uint64_t seed_ = 0;
};

}  // namespace paddock::replica::testing
