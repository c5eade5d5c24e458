// ElectionMesh: the election port (spec/quorum-protocol.md section 2). Carries notifications between this
// server and every other one that has something to say or to hear; knows nothing of what they mean.
//
// Between two servers there is one connection, and the larger id opens it: the smaller dials, says its hello
// and waits to be called back. Both sides keep this rule, so it works with Java's servers in either role.
//
// Owner: the host. Threads: everything runs on the one io_context thread that the caller runs.
//
// Invariants
// 1. Nothing that arrives, and no name that cannot be resolved, is a fault of this server: the connection
//    goes.
// 2. Connections that have not said hello are few, and each has a deadline.
// 3. A message to a peer without a connection waits, until a newer one replaces it; nothing else is
//    queued.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/quorum/records.h"
#include "server/net/peer_address.h"

namespace boost::asio {
class io_context;
}

namespace paddock::net {

struct PeerLogins;
class PeerSecurity;

struct ElectionMeshOptions {
  ServerId self;
  // This server's own election addresses, as the others have them configured: said in the hello, and listened
  // on.
  std::vector<PeerAddress> own;
  bool listen_on_all = false;         // quorumListenOnAllIPs
  int64_t connect_timeout_ms = 5000;  // also for what was sent and is not taken
  int64_t hello_timeout_ms = 10000;
  size_t max_half_open = 64;  // connections without a hello; the oldest gives way
  size_t max_strangers = 64;  // peers that nobody configured
  bool keep_alive = false;
  std::shared_ptr<PeerSecurity> security;    // null: nothing is secured
  std::shared_ptr<const PeerLogins> logins;  // null: nobody logs in
};

class ElectionHandler {
 public:
  virtual ~ElectionHandler() = default;
  virtual void on_notification(ServerId from, const quorum::Notification& message) = 0;
  // A connection is there.
  virtual void on_peer_up(ServerId peer) = 0;
  // Its connection broke, or it answered a dial by refusing: nobody listens there now.
  virtual void on_peer_down(ServerId peer) = 0;
  // For the log, seldom: somebody broke the protocol, or a peer cannot be reached for a new reason.
  virtual void on_election_remark(std::string_view text) = 0;
  // Called once after a batch of the above, when everything that was ready has been handed over.
  virtual void on_batch_end() = 0;
};

class ElectionMesh {
 public:
  // The handler outlives the mesh.
  ElectionMesh(boost::asio::io_context& io, const ElectionMeshOptions& options, ElectionHandler& handler);
  // Closes everything without telling the handler.
  ~ElectionMesh();
  ElectionMesh(const ElectionMesh&) = delete;
  ElectionMesh& operator=(const ElectionMesh&) = delete;

  // A fault names the address that is taken or not ours. An own name that cannot be resolved yet is tried
  // again once a second.
  Status listen();
  // Listens there instead, and says so in every hello from now on. Connections that are there stay.
  Status move(const std::vector<PeerAddress>& own);
  // Of the first address; 0 while not listening.
  uint16_t port() const;
  // Who is configured, and where; replaces what was said before. Connections that are there stay.
  void set_peers(const std::map<ServerId, std::vector<PeerAddress>>& peers);
  // Requires: not to oneself. To a peer whose address is not known it waits for one.
  void send(ServerId to, const quorum::Notification& message);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::net
