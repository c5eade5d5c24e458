// What a peer sends can close its link and end a role; it cannot end the process. Peers here speak the
// protocol well enough to get far, and then say anything.
#include <catch2/catch.hpp>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "protocol/jute/codec.h"
#include "server/zab/engine.h"

namespace paddock::zab {
namespace {

using quorum::Notification;
using quorum::PacketType;
using quorum::PeerState;
using quorum::QuorumPacket;

constexpr uint64_t kLearnerLinkBit = uint64_t{1} << 63;

class Stranger {
 public:
  explicit Stranger(uint64_t seed, int64_t self) : random_(seed) {
    EngineOptions options;
    options.self = ServerId{self};
    options.tick_ms = 100;
    options.history_count = random_.below(3);
    for (int64_t id = 1; id <= 3; ++id) options.membership.members[ServerId{id}].id = ServerId{id};
    store::Recovered recovered;
    recovered.epochs = {2, 1};
    recovered.checkpoint = Zxid::of(1, 2);
    for (uint32_t counter = 3; counter <= 5; ++counter) {
      recovered.tail.push_back({{}, Zxid::of(1, counter), Bytes("t")});
    }
    recovered.last_logged = Zxid::of(1, 5);
    engine_.emplace(options, recovered, Random(seed));
    engine_->tick(now_);
    look();
  }

  // Both others are behind `leader`.
  void agree_on(int64_t leader) {
    for (const int64_t id : {1, 2, 3}) {
      PeerState state = id == leader ? PeerState::leading : PeerState::following;
      if (leader == 3 && random_.one_in(2)) state = PeerState::looking;
      engine_->election_message(ServerId{id},
                                Notification{state, ServerId{leader}, Zxid::of(1, 5), 1, 1, 2, {}}, now_);
      look();
    }
  }

  // As a leader says it to the engine's link.
  void say_as_leader() {
    static const std::vector<PacketType> order = {
        PacketType::leader_info, PacketType::diff,       PacketType::proposal,
        PacketType::commit,      PacketType::new_leader, PacketType::up_to_date,
        PacketType::proposal,    PacketType::commit,     PacketType::ping};
    if (!dialled_) return;
    if (random_.one_in(8) || place_ == 0) {
      engine_->link_up(*dialled_, now_);
      ++place_;
    } else if (random_.one_in(12)) {
      engine_->receive_snapshot(*dialled_, Bytes("piece"), random_.one_in(3), now_);
    } else {
      const PacketType type = random_.one_in(14) ? any_type() : order[(place_++ - 1) % order.size()];
      send(*dialled_, type, true);
    }
  }

  void say_as_learner() {
    static const std::vector<PacketType> order = {
        PacketType::follower_info, PacketType::ack_epoch, PacketType::ack, PacketType::ack,
        PacketType::ping,          PacketType::request,   PacketType::ack};
    const LinkId link{kLearnerLinkBit | (1 + random_.below(4))};
    const auto place = places_.find(link);
    if (place == places_.end()) {
      places_[link] = 0;
      return engine_->link_up(link, now_);
    }
    if (random_.one_in(30)) {
      places_.erase(link);
      ++last_closed_;
      return engine_->link_down(link, now_);
    }
    send(link, random_.one_in(4) ? any_type() : order[place->second++ % order.size()], false);
  }

  void go_on() {
    if (random_.one_in(6)) now_.monotonic = now_.monotonic.plus_ms(static_cast<int64_t>(random_.below(60)));
    if (random_.one_in(4)) engine_->tick(now_);
    if (!random_.one_in(5) && asked_ > DiskSeq{}) engine_->persisted(asked_);
    if (engine_->may_propose() && random_.one_in(4)) engine_->propose(engine_->next_zxid(), Bytes("own"));
    if (random_.one_in(9)) engine_->request_sync(1);
    if (random_.one_in(40)) engine_->state_refused(now_);
    if (random_.one_in(9)) engine_->history_fetched({random_.below(6), random_.one_in(2), false, {}}, now_);
    if (random_.one_in(9))
      engine_->snapshot_piece({random_.below(6), any_zxid(), Bytes("p"), random_.one_in(2)}, now_);
    if (random_.one_in(9)) engine_->link_drained(LinkId{kLearnerLinkBit | 1}, now_);
    look();
  }

  uint64_t random_below(uint64_t bound) { return random_.below(bound); }
  Phase phase() const { return engine_->phase(); }

 private:
  void look() {
    for (Ready ready = engine_->take_ready(); !ready.empty(); ready = engine_->take_ready()) {
      for (const auto& work : ready.disk) asked_ = store::seq_of(work);
      for (const auto& each : ready.links) {
        if (const auto* dial = std::get_if<ConnectToLeader>(&each)) {
          dialled_ = dial->link;
          place_ = 0;
        }
      }
    }
  }

  PacketType any_type() { return static_cast<PacketType>(random_.below(22)); }
  Zxid any_zxid() {
    static const std::vector<uint32_t> epochs = {0, 1, 1, 2, 3, 3, 3, 4, 0x7fffffff, 0xffffffff};
    return Zxid::of(epochs[random_.below(epochs.size())],
                    random_.one_in(8) ? 0xffffffff : static_cast<uint32_t>(random_.below(8)));
  }
  Zxid likely_zxid(PacketType type) {
    if (random_.one_in(5)) return any_zxid();
    switch (type) {
      case PacketType::follower_info:
      case PacketType::observer_info:
        return Zxid::of(2, 0);
      case PacketType::leader_info:
      case PacketType::new_leader:
        return Zxid::of(3, 0);
      case PacketType::ack:
        return Zxid::of(3, static_cast<uint32_t>(random_.below(3)));
      case PacketType::proposal:
        last_proposal_ = random_.one_in(2) ? Zxid::of(3, 1) : last_proposal_.next();
        return last_proposal_;
      case PacketType::commit:
        return last_proposal_;
      default:
        return Zxid::of(1, static_cast<uint32_t>(random_.below(8)));
    }
  }

  void send(LinkId link, PacketType type, bool leader) {
    std::string data;
    jute::Writer writer(data);
    if (type == PacketType::follower_info || type == PacketType::observer_info) {
      data = jute::encoded(quorum::LearnerInfo{static_cast<int64_t>(random_.below(5)), 0x10000, 0});
    } else if (type == PacketType::ack_epoch || type == PacketType::leader_info) {
      writer.write_int(random_.one_in(3) ? -1 : 1);
    }
    if (random_.one_in(12)) data = data.substr(0, data.size() / 2);
    QuorumPacket packet{static_cast<int32_t>(type), likely_zxid(type).value, data, {}};
    if (random_.one_in(12)) packet.data = {};
    if (random_.one_in(2)) packet.authinfo = jute::Vector<client::Id>::make_null();
    engine_->receive(link, packet, now_);
    if (leader) look();
  }

  Random random_;
  std::optional<Engine> engine_;
  Now now_{Instant{1'000'000'000}, {}};
  DiskSeq asked_;
  std::optional<LinkId> dialled_;
  size_t place_ = 0;
  std::map<LinkId, size_t> places_;
  uint64_t last_closed_ = 0;
  Zxid last_proposal_ = Zxid::of(3, 0);
};

}  // namespace

TEST_CASE("whatever a leader says, the learner lives") {
  size_t served = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    Stranger learner(seed, 1);
    for (int i = 0; i < 120; ++i) {
      if (i % 30 == 0) learner.agree_on(3);
      learner.say_as_leader();
      learner.go_on();
      if (learner.phase() == Phase::broadcast) ++served;
    }
  }
  CHECK(served > 100);
}

TEST_CASE("whatever learners say, the leader lives") {
  size_t served = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    Stranger leader(seed, 3);
    for (int i = 0; i < 120; ++i) {
      if (i % 30 == 0) leader.agree_on(3);
      leader.say_as_learner();
      leader.go_on();
      if (leader.phase() == Phase::broadcast) ++served;
    }
  }
  CHECK(served > 100);
}

}  // namespace paddock::zab
