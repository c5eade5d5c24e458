#include "server/replica/replica.h"

#include <iterator>
#include <utility>

#include "server/replica/connect_handshake.h"
#include "server/replica/core.h"
#include "server/replica/read_path.h"
#include "server/replica/request_path.h"
#include "server/replica/sequence.h"
#include "server/replica/status_report.h"

namespace paddock::replica {
namespace {

// A connection that has so many bytes coming waits for the next batch, and everybody else gets a turn: 64 KiB
// of pipelined requests can ask for gigabytes.
constexpr size_t kMaxBatchOutput = 1 << 20;

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
  Sequence sequence;
  const Instant started;
  bool draining = false;

  Impl(const ReplicaOptions& options, std::unique_ptr<znode::State> state, const store::Recovered& recovered,
       Random random, Now now)
      : core(options, std::move(state), recovered, random),
        reads(core),
        handshake(core, now.wall),
        requests(core, reads),
        sequence(core, reads, handshake, now),
        started(now.monotonic) {}

  bool serving() const { return core.service != nullptr; }

  bool frame(ClientConnection& connection, std::string_view bytes, Now now) {
    if (connection.stage == Stage::closing) return true;
    if (!serving() || draining || connection.stage == Stage::joining) return false;
    ++connection.counters.received;
    ++core.counters.received;
    return connection.stage == Stage::fresh ? handshake.connect(connection, bytes, now)
                                            : requests.request(connection, bytes, now);
  }

  void tick(Now now) {
    core.engine.tick(now);
    if (serving() && !draining) core.service->tick(now);
  }

  zab::Ready step(Now now) {
    zab::Ready all;
    // Applying may propose again (requests that were held back), so until there is nothing more.
    for (zab::Ready ready = core.engine.take_ready(); !ready.empty(); ready = core.engine.take_ready()) {
      for (zab::SequenceItem& item : ready.sequence) {
        // Let go of one by one: a recovered tail may be as large as everything else in memory.
        const zab::SequenceItem taken = std::exchange(item, {});
        sequence.work_off(taken, now);
      }
      append(all, std::move(ready));
    }
    return all;
  }

  bool nothing_outstanding() const {
    return (!serving() || core.service->idle()) && core.engine.outstanding() == 0;
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

bool Replica::client_frame(ConnectionId connection, std::string_view frame, Now now) {
  ClientConnection* found = impl_->core.clients.find(connection);
  if (!found) return true;  // its close is on the way
  if (impl_->frame(*found, frame, now)) return true;
  impl_->core.clients.close(*found);
  return false;
}

void Replica::client_disconnected(ConnectionId connection, Now) {
  impl_->core.clients.drop(connection);
}

bool Replica::throttled(ConnectionId connection) const {
  const ClientConnection* found = impl_->core.clients.find(connection);
  if (!found || impl_->draining) return true;
  if (found->stage == Stage::joining || found->stage == Stage::closing) return true;
  if (found->output.size() > kMaxBatchOutput) return true;
  // A write behind a sync could be committed before the round of PINGs that confirms it is over, and its answer
  // would have to wait for the sync's, with a zxid that is older by then.
  if (found->syncs > 0) return true;
  return found->counted > 0 &&
         impl_->core.counters.outstanding > impl_->core.options.global_outstanding_limit;
}

void Replica::tick(Now now) {
  impl_->tick(now);
}
void Replica::persisted(DiskSeq seq, Now) {
  impl_->core.engine.persisted(seq);
}
void Replica::cut_delta() {
  impl_->core.deltas.cut();
}
zab::Engine& Replica::engine() {
  return impl_->core.engine;
}

Ready Replica::take_ready(Now now) {
  Ready ready;
  ready.peers = impl_->step(now);
  ready.clients = impl_->core.clients.take_outputs();
  if (impl_->draining && impl_->nothing_outstanding()) impl_->core.deltas.flush();
  ready.deltas = impl_->core.deltas.take();
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
  status.serving = impl_->serving();
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
