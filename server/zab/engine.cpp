#include "server/zab/engine.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/base/check.h"
#include "server/zab/broadcast.h"
#include "server/zab/discovery.h"
#include "server/zab/disk_queue.h"
#include "server/zab/election.h"
#include "server/zab/history.h"
#include "server/zab/log_position.h"
#include "server/zab/outbox.h"

namespace paddock::zab {
namespace {

Membership with_self(const EngineOptions& options) {
  return options.membership.members.empty() ? membership_of_one(options.self) : options.membership;
}

}  // namespace

Status can_run(const EngineOptions& options) {
  for (const auto& [id, member] : options.membership.members) {
    if (id == options.self) continue;
    return make_fault(
        "server.{} is configured besides server.{}: this version of Paddock runs ensembles of one server; "
        "ensembles of several come with the next one. Remove the server.N lines to run stand-alone",
        id.value, options.self.value);
  }
  return ok_status();
}

// Wires the small types together: what each step of becoming and being a leader means for the others.
struct Engine::Impl {
  // Fixed at construction
  const EngineOptions options;
  const Membership membership;
  // Durable, mirrors the disk
  store::Epochs epochs;
  LogPosition log;
  // Volatile
  Role role = Role::looking;
  Phase phase = Phase::election;
  bool stopping = false;
  Zxid last_committed;
  std::vector<store::Append> inherited;  // recovered, not yet in the sequence
  History history;
  DiskQueue disk;
  Outbox outbox;
  Ready ready;
  // Leader only
  std::optional<Discovery> discovery;
  std::optional<Broadcast> broadcast;

  Impl(const EngineOptions& given, const store::Recovered& recovered)
      : options(given),
        membership(with_self(given)),
        epochs(recovered.epochs),
        log(recovered.last_logged),
        last_committed(recovered.checkpoint),
        inherited(recovered.tail),
        // An ensemble of one has no learner that could ask for a DIFF.
        history(membership.members.size() > 1 ? given.history_count : 0) {
    commit_inherited(recovered.commit_point);
  }

  // --- Becoming leader

  void elect() {
    Election election(membership, {options.self});
    election.start({epochs.current, log.durable()}, {});
    PADDOCK_CHECK(election.decided() == options.self, "an ensemble of one did not elect server {}",
                  options.self.value);
    role = Role::leading;
    raise_epoch();
  }

  void raise_epoch() {
    phase = Phase::discovery;
    broadcast.reset();
    discovery.emplace(membership);
    // A log from before the epoch file was written may be ahead of it; its epoch was promised to somebody.
    discovery->join(options.self, std::max({epochs.accepted, epochs.current, log.durable().epoch()}));
    PADDOCK_CHECK(discovery->epoch().has_value(), "server {} is no quorum by itself", options.self.value);
    const uint32_t epoch = *discovery->epoch();
    outbox.hold(disk.write_epochs({epoch, epochs.current}), EpochPromise{epoch});
  }

  void deliver(const EpochPromise& promise) {
    epochs.accepted = promise.epoch;
    if (!discovery->promise(options.self)) return;
    phase = Phase::synchronization;
    outbox.hold(disk.write_epochs({promise.epoch, promise.epoch}), HistoryPromise{promise.epoch});
  }

  void deliver(const HistoryPromise& promise) {
    epochs.current = promise.epoch;
    if (!discovery->hold_history(options.self)) return;
    phase = Phase::broadcast;
    commit_inherited(log.durable());
    const Zxid epoch_start = Zxid::of(promise.epoch, 0);
    broadcast.emplace(membership, epoch_start);
    ready.sequence.push_back(Serving{Role::leading, epoch_start});
    end_epoch_if_drained();
  }

  void commit_inherited(Zxid up_to) {
    const auto pending = std::find_if(inherited.begin(), inherited.end(),
                                      [&](const store::Append& record) { return record.zxid > up_to; });
    for (auto record = inherited.begin(); record != pending; ++record) {
      commit(record->zxid, std::move(record->txn));
    }
    inherited.erase(inherited.begin(), pending);
  }

  // --- Leading

  bool may_propose() const { return broadcast && !stopping && has_room(); }
  bool has_room() const { return broadcast->last_proposed().counter() < options.last_counter; }

  void propose(Zxid zxid, Bytes txn) {
    PADDOCK_CHECK(may_propose(), "{:#x} proposed by a server that may not", zxid.value);
    log.append(zxid);
    outbox.hold(disk.append(zxid, txn), LogPromise{zxid});
    broadcast->propose(zxid, std::move(txn));
  }

  void deliver(const LogPromise& promise) { log.persist(promise.zxid); }

  void commit(Zxid zxid, Bytes txn) {
    PADDOCK_CHECK(zxid > last_committed, "{:#x} committed behind {:#x}", zxid.value, last_committed.value);
    last_committed = zxid;
    history.add(zxid, txn);
    ready.sequence.push_back(Committed{zxid, std::move(txn)});
  }

  void advance() {
    if (!broadcast) return;
    broadcast->acknowledge(options.self, log.durable());
    broadcast->drain([&](Zxid zxid, Bytes txn) { commit(zxid, std::move(txn)); },
                     [&](uint64_t id) { ready.sequence.push_back(SyncPoint{id}); });
    end_epoch_if_drained();
  }

  void end_epoch_if_drained() {
    if (broadcast->outstanding() > 0) return;
    if (stopping) {
      stop();
    } else if (!has_room()) {
      raise_epoch();
    }
  }

  void stop() {
    broadcast.reset();
    discovery.reset();
    role = Role::looking;
    phase = Phase::election;
    ready.sequence.push_back(StoppedServing{});
  }

  void persisted(DiskSeq seq) {
    disk.persisted(seq);
    outbox.release(disk.durable(), [this](const Promise& promise) {
      std::visit([this](const auto& kind) { deliver(kind); }, promise);
    });
    advance();
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

void Engine::tick(Now) {
  if (impl_->role == Role::looking && !impl_->stopping) impl_->elect();
}

bool Engine::may_propose() const {
  return impl_->may_propose();
}

Zxid Engine::next_zxid() const {
  PADDOCK_CHECK(may_propose(), "next_zxid() of a server that may not propose");
  return impl_->broadcast->last_proposed().next();
}

void Engine::propose(Zxid zxid, Bytes txn) {
  impl_->propose(zxid, std::move(txn));
}

void Engine::request_sync(uint64_t id) {
  PADDOCK_CHECK(impl_->broadcast.has_value(), "sync {} asked of a server that does not lead", id);
  impl_->broadcast->sync(id);
  impl_->advance();
}

void Engine::stop_leading() {
  if (std::exchange(impl_->stopping, true)) return;
  if (impl_->broadcast) impl_->end_epoch_if_drained();
}

void Engine::persisted(DiskSeq seq) {
  impl_->persisted(seq);
}

Ready Engine::take_ready() {
  impl_->ready.disk = impl_->disk.take();
  impl_->ready.committed = impl_->last_committed;
  return std::exchange(impl_->ready, {});
}

Role Engine::role() const {
  return impl_->role;
}
Phase Engine::phase() const {
  return impl_->phase;
}
ServerId Engine::leader() const {
  return impl_->role == Role::leading ? impl_->options.self : ServerId{-1};
}
Zxid Engine::last_logged() const {
  return impl_->log.durable();
}
Zxid Engine::last_proposed() const {
  return impl_->broadcast ? impl_->broadcast->last_proposed() : impl_->log.appended();
}
Zxid Engine::last_committed() const {
  return impl_->last_committed;
}
store::Epochs Engine::epochs() const {
  return impl_->epochs;
}
size_t Engine::outstanding() const {
  return impl_->broadcast ? impl_->broadcast->outstanding() : 0;
}

}  // namespace paddock::zab
