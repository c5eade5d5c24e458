#include "server/replica/replica.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "server/replica/connect_handshake.h"
#include "server/replica/core.h"
#include "server/replica/read_path.h"
#include "server/replica/request_path.h"
#include "server/replica/request_throttle.h"
#include "server/replica/sequence.h"
#include "server/replica/status_report.h"

namespace paddock::replica {
namespace {

using Stage = ClientConnection::Stage;

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
}

// The sequence has been worked off; the rest is for the host.
void append(zab::Ready& to, zab::Ready&& from) {
  append(to.disk, std::move(from.disk));
  append(to.messages, std::move(from.messages));
  append(to.links, std::move(from.links));
  append(to.history_reads, std::move(from.history_reads));
  append(to.snapshot_reads, std::move(from.snapshot_reads));
  to.committed = from.committed;
}

}  // namespace

struct Replica::Impl {
  Core core;
  ReadPath reads;
  ConnectHandshake handshake;
  RequestPath requests;
  RequestThrottle throttle;
  Sequence sequence;
  const Instant started;
  bool draining = false;

  Impl(const ReplicaOptions& options, std::unique_ptr<znode::State> state, const store::Recovered& recovered,
       Random random, Now now)
      : core(options, std::move(state), recovered, random, now.monotonic),
        reads(core),
        handshake(core, random, now),
        requests(core, reads),
        throttle(core, requests),
        sequence(core, reads, handshake, now),
        started(now.monotonic) {}

  bool serving() const { return core.service != nullptr; }
  bool serves_clients() const { return serving() && (core.options.leader_serves || !sequence.is_leading()); }

  bool frame(ClientConnection& connection, std::string_view bytes, Now now) {
    if (connection.stage == Stage::closing) return true;
    if (!serves_clients() || draining || connection.stage == Stage::joining) return false;
    ++connection.counters.received;
    ++core.counters.received;
    return connection.stage == Stage::fresh ? handshake.connect(connection, bytes, now)
                                            : throttle.request(connection, bytes, now);
  }

  void tick(Now now) {
    core.engine.tick(now);
    if (!draining) sequence.tick(now);
  }

  zab::Ready step(Now now, std::vector<zab::MembershipChanged>& configs) {
    zab::Ready all;
    do {
      work_off(now, configs, all);
    } while (throttle.let_go(now));
    return all;
  }

  void work_off(Now now, std::vector<zab::MembershipChanged>& configs, zab::Ready& all) {
    // Applying may propose again (requests that were held back), so until there is nothing more.
    for (zab::Ready ready = core.engine.take_ready(); !ready.empty(); ready = core.engine.take_ready()) {
      for (zab::SequenceItem& item : ready.sequence) {
        // Let go of one by one: a recovered tail may be as large as everything else in memory.
        const zab::SequenceItem taken = std::exchange(item, {});
        sequence.work_off(taken, now);
        if (const auto* changed = std::get_if<zab::MembershipChanged>(&taken)) configs.push_back(*changed);
      }
      append(all, std::move(ready));
    }
  }

  bool nothing_outstanding() const {
    return (!serving() || core.service->idle()) && core.engine.outstanding() == 0 && throttle.held() == 0;
  }
};

Replica::Replica(const ReplicaOptions& options, std::unique_ptr<znode::State> state,
                 const store::Recovered& recovered, Random random, Now now)
    : impl_(std::make_unique<Impl>(options, std::move(state), recovered, random, now)) {
  impl_->core.engine.tick(now);
}

Replica::~Replica() = default;

void Replica::client_connected(ConnectionId connection, std::string_view address, Now now) {
  impl_->core.clients.add(connection, address, now.wall);
}

void Replica::client_certified(ConnectionId connection, std::string_view subject) {
  if (ClientConnection* found = impl_->core.clients.find(connection)) {
    add_identities(*found, znode::certificate_identities(subject, impl_->core.state->options()));
  }
}

bool Replica::client_frame(ConnectionId connection, std::string_view frame, Now now) {
  ClientConnection* found = impl_->core.clients.find(connection);
  if (!found) return true;  // its close is on the way
  if (impl_->frame(*found, frame, now)) return true;
  impl_->core.clients.close(*found);
  return false;
}

void Replica::client_disconnected(ConnectionId connection, Now now) {
  if (const ClientConnection* found = impl_->core.clients.find(connection)) {
    impl_->core.large_answers.connection_lost(found->session, connection, now.monotonic);
    impl_->throttle.disconnected(*found, now);
  }
  impl_->core.clients.drop(connection);
}

bool Replica::has_room(int64_t bytes) const {
  return impl_->core.large_requests.has_room(bytes);
}

bool Replica::throttled(ConnectionId connection) const {
  const ClientConnection* found = impl_->core.clients.find(connection);
  if (!found || impl_->draining) return true;
  if (found->stage == Stage::joining || found->stage == Stage::closing) return true;
  if (is_occupied(*found) || has_asked_enough(*found, impl_->core.options.limits)) return true;
  const auto held = static_cast<int64_t>(impl_->throttle.held());
  return found->counted > 0 &&
         std::max(impl_->core.counters.outstanding, held) > impl_->core.options.global_outstanding_limit;
}

void Replica::tick(Now now) {
  impl_->tick(now);
}
void Replica::persisted(DiskSeq seq, Now) {
  impl_->core.engine.persisted(seq);
}
void Replica::note_memory(int64_t resident_bytes) {
  const int64_t limit = impl_->core.options.limits.memory_bytes;
  impl_->core.short_of_memory = limit > 0 && resident_bytes > limit / 100 * 85;
}
void Replica::cut_delta() {
  impl_->core.deltas.cut();
}
zab::Engine& Replica::engine() {
  return impl_->core.engine;
}

Ready Replica::take_ready(Now now) {
  // What it may do alone it may for a short time only (Engine::oracle_says).
  if (impl_->core.engine.configs().sole()) impl_->core.engine.tick(now);
  Ready ready;
  ready.peers = impl_->step(now, ready.configs);
  ready.clients = impl_->core.clients.take_outputs();
  if (impl_->draining && impl_->nothing_outstanding()) impl_->core.deltas.flush();
  const auto ends_snapshot = [](const store::LogWork& work) {
    return std::holds_alternative<store::SnapshotEnd>(work);
  };
  ready.deltas = impl_->core.deltas.take(std::ranges::any_of(ready.peers.disk, ends_snapshot));
  ready.remarks = std::exchange(impl_->core.remarks, {});
  if (impl_->core.audit) ready.audit = impl_->core.audit->take();
  return ready;
}

void Replica::drain(Now) {
  impl_->draining = true;
  const bool hands_over = impl_->sequence.is_leading() && impl_->core.membership.members.size() > 1;
  if (hands_over) impl_->core.engine.stop_leading();
}

bool Replica::idle() const {
  return impl_->nothing_outstanding() && !impl_->core.clients.anything_due();
}

bool Replica::serving() const {
  return impl_->serving();
}

ServerStatus Replica::status(Now now) const {
  ServerStatus status = report_server(impl_->core);
  status.serving = impl_->serves_clients();
  status.uptime_ms = now.monotonic.ms() - impl_->started.ms();
  return status;
}

std::vector<ConnectionStatus> Replica::connections() const {
  return report_connections(impl_->core);
}
DumpStatus Replica::dump(Now now) const {
  const Sequence& sequence = impl_->sequence;
  return report_dump(impl_->core, sequence.is_leading() ? &sequence.leader().sessions() : nullptr, now);
}
WatchStatus Replica::watches() const {
  return report_watches(impl_->core);
}
DigestStatus Replica::digests() const {
  return report_digests(impl_->core);
}

void Replica::reset_connection_stats() {
  impl_->core.clients.for_each([](ClientConnection& connection) { connection.counters = {}; });
}

void Replica::reset_server_stats() {
  const int64_t outstanding = impl_->core.counters.outstanding;
  impl_->core.counters = {};
  impl_->core.counters.outstanding = outstanding;
}

const znode::State& Replica::state() const {
  return *impl_->core.state;
}

}  // namespace paddock::replica
