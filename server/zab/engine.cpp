#include "server/zab/engine.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "protocol/base/check.h"
#include "server/zab/core.h"
#include "server/zab/election.h"
#include "server/zab/leading.h"
#include "server/zab/learning.h"
#include "server/zab/membership_lines.h"
#include "server/zab/vote.h"

namespace paddock::zab {

Status can_run(const EngineOptions& options) {
  const auto& members = options.membership.members;
  // Left out by a reconfiguration it follows without a vote.
  if (members.empty() || options.reconfig_enabled || members.contains(options.self)) return ok_status();
  return make_fault("server.{} is not among the {} configured servers", options.self.value, members.size());
}

// Carries inputs to the role that this server has, and leads from one role to the next.
struct Engine::Impl {
  Core core;
  Election election;
  std::optional<Leading> leading;
  std::optional<Learning> learning;
  Now now;
  bool started = false;
  bool stopping = false;
  std::optional<uint32_t> said_in_use;  // to the election
  bool electing = false;                // since the last role, or the start, ended
  DiskSeq fence;                        // the last role's writes are done behind it
  Instant rested;                       // the next election may begin
  uint64_t said_revision = 0;           // of the configurations

  Impl(const EngineOptions& options, const store::Recovered& recovered, Random random)
      : core(options, recovered, random), election(core.configs, {.self = options.self}) {
    core.commit_to(recovered.commit_point);
  }

  // What time alone has brought about comes before anything else: see QuorumWatch.
  void pass_time(Now to) {
    now = to;
    core.now = to.monotonic;
    if (leading) leading->tick();
    if (learning) learning->tick();
  }

  // Every input ends here.
  void settle() {
    do {
      if (leading && leading->over()) leave(leading);
      if (learning && learning->over()) {
        rest();
        leave(learning);
      }
      if (!leading && !learning && started && !stopping) look();
    } while ((leading && leading->over()) || (learning && learning->over()));
    const auto in_use = epoch_in_use();
    if (in_use && in_use != said_in_use) election.epoch_in_use(*in_use);
    said_in_use = in_use;
    if (core.configs.revision() != said_revision) reconfigured();
  }

  void reconfigured() {
    said_revision = core.configs.revision();
    if (leading) leading->reconfigured();
    if (started) tell_peers();
    core.tell(MembershipChanged{core.configs.committed(), true});
    if (core.configs.is_pending()) core.tell(MembershipChanged{core.configs.proposed(), false});
  }

  // A server that looks for a leader believes whoever knows of a later committed configuration. A leader of
  // an epoch cannot take it up, and the voter that knows of it could not follow: so it looks, too.
  void learn_config(ServerId from, const quorum::Notification& message) {
    const std::string& text = message.config;
    const bool looks = message.state == quorum::PeerState::looking;
    if (leading && looks && core.configs.is_voter(from) && is_later(text)) leading->give_up();
    if (leading || learning || !adopt_config(text) || !electing) return;
    tell_peers();
    start_election();
  }

  bool is_later(const std::string& text) const {
    return core.options.reconfig_enabled && version_in(text) > core.configs.committed().version;
  }

  bool adopt_config(const std::string& text) {
    if (!is_later(text)) return false;
    const auto newer = parse_membership(text);
    if (!newer || newer->members.empty()) return false;
    core.configs.adopt(*newer);
    return true;
  }

  Position own_position() const { return {core.disk.epochs().current, core.disk.log().durable()}; }

  void start_election() {
    core.configs.rely_on(std::nullopt);
    core.oracle.listen_from(core.now);
    election.start(core.forgetful ? Position{0, kForgetful} : own_position(), now,
                   core.is_voter() && core.is_blank());
  }

  // A server that looks for a leader: the other may vote, so nobody goes alone. One that may have forgotten a
  // promise does not.
  void hear_of(ServerId peer, const quorum::Notification& message) {
    if (!electing || !core.configs.is_voter(peer) || ballot_of(message).vote.zxid == kForgetful) return;
    core.configs.rely_on(std::nullopt);
    core.oracle.listen_from(core.now);
  }

  void heed_oracle() {
    if (leading) return leading->heed_oracle();
    if (!electing) return;
    // One that has nothing may have lost it.
    const bool may_go_alone = core.is_voter() && !core.forgetful && !core.is_blank();
    const bool goes_alone = may_go_alone && core.oracle.grants_silence(core.now);
    core.configs.rely_on(goes_alone ? std::optional(core.options.self) : std::nullopt);
    election.tick(now);
  }

  std::optional<uint32_t> epoch_in_use() const {
    if (leading) return leading->epoch_in_use();
    return learning ? learning->epoch_in_use() : std::nullopt;
  }

  void look() {
    if (core.disk.durable() < fence || core.now < rested) return;
    const auto suggested = std::exchange(core.suggested_leader, {});
    if (suggested && core.configs.is_voter(*suggested)) {
      election.appoint(*suggested, own_position(), now);
    } else if (!std::exchange(electing, true)) {
      start_election();
    }
    const std::optional<ServerId> leader = election.decided();
    if (!leader) return;
    core.forgetful = election.forgetful();
    electing = false;
    if (*leader == core.options.self) {
      leading.emplace(core);
    } else {
      learning.emplace(core, *leader);
    }
  }

  // The voters have enough to do: see ElectionDelayMs of ZooKeeper's observers.
  void rest() {
    if (learning->role() == Role::observing && core.is_observer())
      rested = core.now.plus_ms(core.masters.rest_before_election_ms());
  }

  template <class AnyRole>
  void leave(std::optional<AnyRole>& role) {
    const bool served = role->epoch_in_use().has_value();
    role->leave();
    role.reset();
    if (served || stopping) core.tell(StoppedServing{});
    core.configs.rely_on(std::nullopt);
    election.withdraw();
    core.outbox.clear();
    // Else a write of this role could land behind what the next one finds (ZOOKEEPER-4712).
    fence = core.disk.fence();
  }

  // The election's choice came to nothing before its epoch was in use, or this server should not have voted.
  void notice_desertion() {
    const bool waits =
        (leading && leading->phase() == Phase::discovery) || (learning && learning->connecting());
    const bool mistaken = core.is_voter() && core.is_blank() && election.overtaken();
    if (core.alone() || !((waits && election.deserted()) || mistaken)) return;
    if (leading) leading->give_up();
    if (learning) learning->give_up();
  }

  // Of a follower. Null: none can be here.
  ObserverMaster* observers() { return learning && !learning->over() ? learning->observers() : nullptr; }

  void release_promises() {
    core.outbox.release(core.disk.durable(), [this](const Promise& promise) {
      if (leading) std::visit([this](const auto& kind) { deliver(*leading, kind); }, promise);
      if (learning) std::visit([this](const auto& kind) { learning->deliver(kind); }, promise);
    });
  }
  static void deliver(Leading& role, const EpochPromise& promise) { role.deliver(promise); }
  static void deliver(Leading& role, const HistoryPromise& promise) { role.deliver(promise); }
  template <class Other>
  static void deliver(Leading&, const Other&) {
    PADDOCK_CHECK(false, "a leader held a learner's promise");
  }

  void stop() {
    if (std::exchange(stopping, true)) return;
    if (leading) leading->stop();
    if (learning) learning->stop();
    if (leading || learning) return;
    election.withdraw();
    core.tell(StoppedServing{});
  }

  void start() {
    if (std::exchange(started, true) || core.alone()) return;
    tell_peers();
  }

  void tell_peers() {
    if (core.alone()) return;
    ElectionPeers peers;
    for (const ServerId id : core.configs.everyone()) {
      if (id != core.options.self) peers.addresses[id] = core.configs.find(id)->election;
    }
    core.ready.links.emplace_back(std::move(peers));
  }

  Ready take_ready() {
    if (leading) leading->advance();
    if (learning) learning->advance();
    release_promises();
    settle();
    std::vector<NotificationOut> notifications = election.take_messages();
    std::move(notifications.begin(), notifications.end(), std::back_inserter(core.ready.messages));
    core.ready.disk = core.disk.take();
    core.ready.committed = core.ledger.last_committed();
    if (learning) learning->handed_out();
    return std::exchange(core.ready, {});
  }
};

Engine::Engine(const EngineOptions& options, const store::Recovered& recovered, Random random) {
  const Status able = can_run(options);
  PADDOCK_CHECK(able.ok(), "{}", able.fault().message);
  PADDOCK_CHECK(options.last_counter >= 1 && options.last_counter < UINT32_MAX, "last counter {}",
                options.last_counter);
  impl_ = std::make_unique<Impl>(options, recovered, random);
}

Engine::~Engine() = default;

// --- Time

void Engine::tick(Now now) {
  impl_->pass_time(now);
  impl_->start();
  impl_->election.tick(now);
  impl_->settle();
}

void Engine::oracle_says(bool grants, Instant asked_at, Now now) {
  impl_->pass_time(now);
  impl_->core.oracle.says(grants, asked_at);
  impl_->election.defer(!grants);
  impl_->heed_oracle();
  impl_->settle();
}

std::optional<Instant> Engine::wake_at() const {
  std::optional<Instant> wake = impl_->election.wake_at();
  const auto sooner = [&](std::optional<Instant> other) {
    if (other && (!wake || *other < *wake)) wake = other;
  };
  if (impl_->leading) sooner(impl_->leading->wake_at());
  if (impl_->learning) sooner(impl_->learning->wake_at());
  if (impl_->core.now < impl_->rested) sooner(impl_->rested);
  return wake;
}

// --- The network

void Engine::election_message(ServerId from, const quorum::Notification& message, Now now) {
  impl_->pass_time(now);
  impl_->learn_config(from, message);
  impl_->hear_of(from, message);
  impl_->election.receive(from, message, now);
  impl_->notice_desertion();
  impl_->settle();
}

void Engine::election_link_up(ServerId peer, Now now) {
  impl_->pass_time(now);
  impl_->election.peer_up(peer, now);
  impl_->settle();
}

void Engine::election_link_down(ServerId peer, Now now) {
  impl_->pass_time(now);
  impl_->election.peer_down(peer, now);
  impl_->notice_desertion();
  impl_->settle();
}

namespace {

constexpr uint64_t kLearnerLinkBit = uint64_t{1} << 63;

bool is_from_learner(LinkId link) {
  return (link.value & kLearnerLinkBit) != 0;
}

}  // namespace

void Engine::link_up(LinkId link, Now now) {
  impl_->pass_time(now);
  if (!is_from_learner(link)) {
    if (impl_->learning) impl_->learning->link_up(link);
  } else if (impl_->leading && !impl_->leading->over()) {
    impl_->leading->link_up(link);
  } else if (ObserverMaster* observers = impl_->observers()) {
    observers->link_up(link);
  } else {
    impl_->core.close(link);  // it came while the listener was being closed
  }
  impl_->settle();
}

void Engine::link_down(LinkId link, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->link_down(link);
  if (auto* observers = impl_->observers()) observers->link_down(link);
  if (impl_->learning) {
    impl_->learning->link_down(link);
    impl_->notice_desertion();
  }
  impl_->settle();
}

void Engine::receive(LinkId link, const quorum::QuorumPacket& packet, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->receive(link, packet);
  if (auto* observers = impl_->observers()) observers->receive(link, packet);
  if (impl_->learning) impl_->learning->receive(link, packet);
  impl_->settle();
}

void Engine::receive_snapshot(LinkId link, Bytes piece, bool last, Now now) {
  impl_->pass_time(now);
  if (impl_->learning) impl_->learning->receive_snapshot(link, std::move(piece), last);
  impl_->settle();
}

void Engine::link_drained(LinkId link, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->link_drained(link);
  if (auto* observers = impl_->observers()) observers->link_drained(link);
  impl_->settle();
}

// --- Our own clients and the replica

bool Engine::may_propose() const {
  return impl_->leading && impl_->leading->may_propose();
}

Zxid Engine::next_zxid() const {
  PADDOCK_CHECK(may_propose(), "next_zxid() of a server that may not propose");
  return impl_->leading->last_proposed().next();
}

void Engine::propose(Zxid zxid, Bytes txn) {
  PADDOCK_CHECK(may_propose(), "{:#x} proposed by a server that may not", zxid.value);
  impl_->leading->propose(zxid, std::move(txn));
}

ReconfigPlan Engine::plan_reconfig(const ReconfigOrder& order, Zxid zxid) const {
  PADDOCK_CHECK(may_propose(), "a reconfiguration planned by a server that may not propose");
  const Configs& configs = impl_->core.configs;
  if (configs.is_pending()) return {ErrorCode::reconfig_in_progress, {}};
  if (order.from_version != -1 && order.from_version != configs.committed().version)
    return {ErrorCode::bad_version, {}};
  ReconfigPlan plan =
      plan_membership(configs.committed(), order, impl_->core.options.standalone_enabled, zxid);
  if (plan.err == ErrorCode::ok && !impl_->leading->has_synced_quorum(plan.membership))
    plan.err = ErrorCode::new_config_no_quorum;
  return plan;
}

void Engine::adopt_config(const std::string& text) {
  impl_->adopt_config(text);
}

void Engine::send_to_leader(quorum::PacketType type, Zxid zxid, Bytes data, Bytes authinfo) {
  if (impl_->learning) impl_->learning->send_to_leader(type, zxid, data, authinfo);
}

void Engine::send_to_learner(LinkId link, quorum::PacketType type, Zxid zxid, Bytes data) {
  if (impl_->leading) impl_->leading->send_to_learner(link, type, zxid, data);
  if (auto* observers = impl_->observers()) observers->send_to_observer(link, type, zxid, data);
}

void Engine::refuse_learner(LinkId link, std::string reason, Now now) {
  impl_->pass_time(now);
  if (auto* observers = impl_->observers()) observers->refuse(link, reason);
  if (impl_->leading) impl_->leading->refuse(link, std::move(reason));
  impl_->settle();
}

bool Engine::distrust_state(std::string reason, Now now) {
  impl_->pass_time(now);
  const bool left = impl_->learning && impl_->learning->distrust_state(std::move(reason));
  impl_->settle();
  return left;
}

void Engine::request_sync(uint64_t id) {
  if (impl_->leading) impl_->leading->request_sync(id);
}

void Engine::stop_leading() {
  impl_->stop();
}

// --- The disk

void Engine::persisted(DiskSeq seq) {
  impl_->core.disk.persisted(seq);
  impl_->release_promises();
  impl_->settle();
}

void Engine::history_fetched(const store::HistoryFetched& history, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->history_fetched(history);
  if (auto* observers = impl_->observers()) observers->history_fetched(history);
  impl_->settle();
}

void Engine::snapshot_piece(const store::SnapshotPiece& piece, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->snapshot_piece(piece);
  if (auto* observers = impl_->observers()) observers->snapshot_piece(piece);
  impl_->settle();
}

void Engine::state_refused(Now now) {
  impl_->pass_time(now);
  if (impl_->learning) impl_->learning->state_refused();
  impl_->settle();
}

Ready Engine::take_ready() {
  return impl_->take_ready();
}

// --- Status

Role Engine::role() const {
  if (impl_->leading) return Role::leading;
  return impl_->learning ? impl_->learning->role() : Role::looking;
}
Phase Engine::phase() const {
  if (impl_->leading) return impl_->leading->phase();
  return impl_->learning ? impl_->learning->phase() : Phase::election;
}
ServerId Engine::leader() const {
  if (impl_->leading) return impl_->core.options.self;
  return impl_->learning ? impl_->learning->leader() : ServerId{-1};
}
std::optional<ServerId> Engine::observer_master() const {
  if (role() != Role::observing) return std::nullopt;
  return impl_->learning->master();
}
Zxid Engine::last_logged() const {
  return impl_->core.disk.log().durable();
}
Zxid Engine::last_proposed() const {
  return impl_->leading ? impl_->leading->last_proposed() : impl_->core.disk.log().appended();
}
Zxid Engine::last_committed() const {
  return impl_->core.ledger.last_committed();
}
store::Epochs Engine::epochs() const {
  return impl_->core.disk.epochs();
}
size_t Engine::outstanding() const {
  return impl_->leading ? impl_->leading->outstanding() : 0;
}
const Configs& Engine::configs() const {
  return impl_->core.configs;
}
EngineStatus Engine::status() const {
  EngineStatus status;
  if (impl_->leading) impl_->leading->report(status);
  if (const auto* observers = impl_->observers()) observers->report(status);
  return status;
}

}  // namespace paddock::zab
