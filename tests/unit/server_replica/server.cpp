#include "server.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <utility>

namespace paddock::replica::testing {

Server::Server() {
  options.engine.self = ServerId{1};
  options.tick_ms = 1000;
}
Server::~Server() = default;

void Server::start() {
  auto state = std::make_unique<znode::State>(znode::Options{});
  replica_ = std::make_unique<Replica>(options, std::move(state), recovered, Random(1), now_);
  step();
  persist();
  REQUIRE(replica_->serving());
}

Replica& Server::replica() {
  if (!replica_) start();
  return *replica_;
}

Client Server::client() {
  Client client = connection();
  REQUIRE(client.ask_session(new_session()));
  persist();
  REQUIRE(client.heard() == Heard{"session"});
  return client;
}

void Server::step() {
  Ready ready = replica_->take_ready(now_);
  CHECK(ready.peers.sequence.empty());
  for (store::LogWork& work : ready.peers.disk) pending_.push_back(std::move(work));
  for (znode::Delta& delta : ready.deltas) deltas_.push_back(std::move(delta));
  for (AuditRecord& record : ready.audit) audited_.push_back(std::move(record));
  for (Remark& remark : ready.remarks) remarks_.push_back(std::move(remark));
  hear(ready.clients);
}

void Server::persist_some(size_t count) {
  if (count == 0) return;
  REQUIRE(count <= pending_.size());
  const auto end = pending_.begin() + static_cast<std::ptrdiff_t>(count);
  const DiskSeq last = seq_of(*(end - 1));
  for (auto work = pending_.begin(); work != end; ++work) {
    if (const auto* append = std::get_if<store::Append>(&*work)) log_.push_back(*append);
    if (const auto* epochs = std::get_if<store::WriteEpochs>(&*work)) epochs_ = epochs->epochs;
  }
  pending_.erase(pending_.begin(), end);
  replica_->persisted(last, now_);
  step();
}

void Server::persist() {
  while (!pending_.empty()) persist_some(pending_.size());
}

void Server::pass(int64_t ms) {
  while (ms > 0) {
    const int64_t piece = std::min<int64_t>(ms, options.tick_ms);
    now_.monotonic = now_.monotonic.plus_ms(piece);
    now_.wall.ms += piece;
    ms -= piece;
    replica_->tick(now_);
    step();
  }
}

void Server::pause(int64_t ms) {
  now_.monotonic = now_.monotonic.plus_ms(ms);
  now_.wall.ms += ms;
}

void Server::restart() {
  pending_.clear();
  deltas_.clear();
  forget_clients();
  recovered = {};
  recovered.epochs = epochs_;
  recovered.tail = log_;
  if (!log_.empty()) recovered.last_logged = log_.back().zxid;
  start();
}

}  // namespace paddock::replica::testing
