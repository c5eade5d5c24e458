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

namespace paddock::zab {

Status can_run(const EngineOptions& options) {
  const auto& members = options.membership.members;
  if (members.empty() || members.contains(options.self)) return ok_status();
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

  Impl(const EngineOptions& options, const store::Recovered& recovered)
      : core(options, recovered), election(core.membership, {.self = options.self}) {
    core.ledger.commit_to(recovered.commit_point, core.ready.sequence);
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
      if (learning && learning->over()) leave(learning);
      if (!leading && !learning && started && !stopping) look();
    } while ((leading && leading->over()) || (learning && learning->over()));
    const auto in_use = epoch_in_use();
    if (in_use && in_use != said_in_use) election.epoch_in_use(*in_use);
    said_in_use = in_use;
  }

  std::optional<uint32_t> epoch_in_use() const {
    if (leading) return leading->epoch_in_use();
    return learning ? learning->epoch_in_use() : std::nullopt;
  }

  void look() {
    if (core.disk.durable() < fence) return;
    if (!std::exchange(electing, true)) {
      election.start({core.disk.epochs().current, core.disk.log().durable()}, now);
    }
    const std::optional<ServerId> leader = election.decided();
    if (!leader) return;
    electing = false;
    if (*leader == core.options.self) {
      leading.emplace(core);
    } else {
      learning.emplace(core, *leader);
    }
  }

  template <class Role>
  void leave(std::optional<Role>& role) {
    const bool served = role->epoch_in_use().has_value();
    role->leave();
    role.reset();
    if (served || stopping) core.tell(StoppedServing{});
    election.withdraw();
    core.outbox.clear();
    // Else a write of this role could land behind what the next one finds (ZOOKEEPER-4712).
    fence = core.disk.fence();
  }

  // The election's choice came to nothing before its epoch was in use.
  void notice_desertion() {
    const bool waits =
        (leading && leading->phase() == Phase::discovery) || (learning && learning->connecting());
    if (!waits || core.alone() || !election.deserted()) return;
    if (leading) leading->give_up();
    if (learning) learning->give_up();
  }

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
    ElectionPeers peers;
    for (const auto& [id, member] : core.membership.members) {
      if (id != core.options.self) peers.addresses[id] = member.election;
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

Engine::Engine(const EngineOptions& options, const store::Recovered& recovered, Random) {
  const Status able = can_run(options);
  PADDOCK_CHECK(able.ok(), "{}", able.fault().message);
  PADDOCK_CHECK(options.last_counter >= 1 && options.last_counter < UINT32_MAX, "last counter {}",
                options.last_counter);
  impl_ = std::make_unique<Impl>(options, recovered);
}

Engine::~Engine() = default;

// --- Time

void Engine::tick(Now now) {
  impl_->pass_time(now);
  impl_->start();
  impl_->election.tick(now);
  impl_->settle();
}

std::optional<Instant> Engine::wake_at() const {
  std::optional<Instant> wake = impl_->election.wake_at();
  const auto sooner = [&](std::optional<Instant> other) {
    if (other && (!wake || *other < *wake)) wake = other;
  };
  if (impl_->leading) sooner(impl_->leading->wake_at());
  if (impl_->learning) sooner(impl_->learning->wake_at());
  return wake;
}

// --- The network

void Engine::election_message(ServerId from, const quorum::Notification& message, Now now) {
  impl_->pass_time(now);
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
  } else {
    impl_->core.close(link);  // it came while the listener was being closed
  }
  impl_->settle();
}

void Engine::link_down(LinkId link, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->link_down(link);
  if (impl_->learning) {
    impl_->learning->link_down(link);
    impl_->notice_desertion();
  }
  impl_->settle();
}

void Engine::receive(LinkId link, const quorum::QuorumPacket& packet, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->receive(link, packet);
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

void Engine::send_to_leader(quorum::PacketType type, Zxid zxid, Bytes data, Bytes authinfo) {
  if (impl_->learning) impl_->learning->send_to_leader(type, zxid, data, authinfo);
}

void Engine::send_to_learner(LinkId link, quorum::PacketType type, Zxid zxid, Bytes data) {
  if (impl_->leading) impl_->leading->send_to_learner(link, type, zxid, data);
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
  impl_->settle();
}

void Engine::snapshot_piece(const store::SnapshotPiece& piece, Now now) {
  impl_->pass_time(now);
  if (impl_->leading) impl_->leading->snapshot_piece(piece);
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
EngineStatus Engine::status() const {
  EngineStatus status;
  if (impl_->leading) impl_->leading->report(status);
  return status;
}

}  // namespace paddock::zab
