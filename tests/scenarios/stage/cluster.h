// Cluster: machines, their network and their time, moved step by step. All order is fixed: the lower id
// first.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "fake_network.h"
#include "machine.h"
#include "safety.h"
#include "story.h"

namespace paddock::scenarios {

class Cluster {
 public:
  explicit Cluster(Story& story) : story_(&story), safety_(story) {}

  // --- Before the story
  void create(const zab::Membership& membership, const zab::EngineOptions& options);
  void create_spare(int64_t id, const zab::EngineOptions& options);
  bool has(int64_t id) const { return machines_.count(id) > 0; }
  Machine& machine(int64_t id) { return machines_.at(id); }
  Safety& safety() { return safety_; }
  FakeNetwork& network() { return network_; }
  void set_piece_bytes(size_t bytes) { piece_bytes_ = bytes; }

  // --- What befalls a server
  void boot(int64_t id);
  void become_puppet(int64_t id);
  // Unsynced work is lost but for its first `keep` pieces.
  void crash(int64_t id, size_t keep);
  void resume(int64_t id);
  // Another input was given to the engine: its consequences follow.
  void absorb(int64_t id);
  // The oldest waiting disk work is done.
  void complete_disk_work(int64_t id);

  // --- Steps. False: there was nothing.
  bool deliver_packet(Route route);
  bool deliver_vote(Route route);
  bool answer_attempt();
  bool answer_reads(int64_t id);
  // The newest packet that would be delivered next, as text; empty: none.
  std::string next_packet(Route route);
  // As the puppet `route.from`.
  bool send_as_puppet(Route route, const quorum::QuorumPacket& packet);
  bool send_piece_as_puppet(Route route, const std::string& image);
  void vote_as_puppet(Route route, const quorum::Notification& message);
  void hang_up_as_puppet(Route route);

  // Everything that can happen without time passing.
  void settle();
  void run_ms(int64_t ms);
  Now now() const { return now_; }

 private:
  bool settle_once();
  void ask_oracle(int64_t id);
  void carry_out(Machine& machine, const zab::Ready& ready);
  void send(Machine& machine, const zab::PacketOut& out);
  void send(Machine& machine, const zab::SnapshotOut& out);
  void send(Machine& machine, const zab::NotificationOut& out);
  void command(Machine& machine, const zab::ConnectToLeader& command);
  void command(Machine& machine, const zab::CloseLink& command);
  void command(Machine& machine, const zab::ListenForLearners& command);
  void command(Machine&, const zab::ElectionPeers&) {}
  void happen(Machine& machine, const zab::Committed& item);
  void happen(Machine& machine, const zab::Serving& item);
  void happen(Machine& machine, const zab::StoppedServing& item);
  void happen(Machine& machine, const zab::StateBegin& item);
  void happen(Machine& machine, const zab::StatePiece& item);
  void happen(Machine& machine, const zab::StateReplaced& item);
  void happen(Machine& machine, const zab::StateAbandoned& item);
  void happen(Machine& machine, const zab::FromLearner& item);
  void happen(Machine& machine, const zab::FromLeader& item);
  void happen(Machine& machine, const zab::LeaderPing& item);
  void happen(Machine& machine, const zab::SyncPoint& item);
  void happen(Machine& machine, const zab::MembershipChanged& item);
  void hand_over(Machine& to, Link& link, const Packet& packet, int64_t from);
  void hand_over(Machine& to, Link& link, const Piece& piece, int64_t from);
  void hand_over(Machine& to, Link& link, const Closed& closed, int64_t from);
  void tell_role(Machine& machine);
  std::set<ServerId> holders(const Record& record) const;

  Story* story_;
  Safety safety_;
  FakeNetwork network_;
  std::map<int64_t, Machine> machines_;
  std::map<LinkId, std::string> arriving_;  // a snapshot, by the learner's end of its link
  Now now_;
  size_t piece_bytes_ = 64;
};

}  // namespace paddock::scenarios
