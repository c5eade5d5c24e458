// A whole replica with a disk that makes durable what it is told to, and clients that speak frames.
//
//   Server server;
//   Client alice = server.client();            // with a session
//   alice.create("/a");                        // request 1
//   CHECK(alice.heard() == Heard{});           // nothing is durable yet
//   server.persist();
//   CHECK(alice.heard() == Heard{"1 ok"});
#pragma once

#include <memory>
#include <vector>

#include "client.h"
#include "server/replica/replica.h"
#include "znode/state.h"

namespace paddock::replica::testing {

class Server : public ClientHost {
 public:
  Server();
  ~Server() override;

  // Before start()
  ReplicaOptions options;
  store::Recovered recovered;
  // Elects, persists and serves. The first client() does it by itself.
  void start();

  // With a session of 10 s, after which everything asked so far is durable.
  Client client();

  void step() override;             // nothing becomes durable
  void persist();                   // what was asked of the disk is durable, until nothing more is asked
  void persist_some(size_t count);  // the first `count` pieces of asked()
  size_t asked() const { return pending_.size(); }
  void pass(int64_t ms);   // in steps of a tick, each with tick() and step()
  void pause(int64_t ms);  // time goes by without the server
  // A new process on what is durable (and on nothing else), state from log alone.
  void restart();

  // Starts by itself.
  Replica& replica() override;
  Now now() const override { return now_; }
  const std::vector<store::Append>& log() const { return log_; }
  const store::Epochs& epochs() const { return epochs_; }
  const std::vector<znode::Delta>& deltas() const { return deltas_; }
  const std::vector<AuditRecord>& audited() const { return audited_; }
  const std::vector<Remark>& remarks() const { return remarks_; }

 private:
  std::unique_ptr<Replica> replica_;
  Now now_{Instant{}.plus_ms(1'000'000), WallTime{1'700'000'000'000}};
  // The disk
  std::vector<store::LogWork> pending_;
  std::vector<store::Append> log_;
  store::Epochs epochs_;
  std::vector<znode::Delta> deltas_;
  std::vector<AuditRecord> audited_;
  std::vector<Remark> remarks_;
};

}  // namespace paddock::replica::testing
