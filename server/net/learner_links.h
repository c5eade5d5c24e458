// LearnerLinks: the learner channel (spec/quorum-protocol.md section 5): the port on which a leader takes
// learners, and the connection of a learner to its leader. Knows packets, not what they mean. When a peer has
// been silent for too long is the engine's affair.
//
// Owner: the host. Threads: everything runs on the one io_context thread that the caller runs.
//
// Invariants
// 1. A link is told of once when it is up (or, after connect(), that it is not) and once when it is down;
//    nothing about it comes behind that, and nothing at all behind close().
// 2. Peer links are always read; none is ever throttled. One that owes more than max_output_bytes is
//    dropped.
// 3. What a peer sends takes at most twice the memory of what has come.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/bytes.h"
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

// Links that learners open to us are numbered here, from this on.
inline constexpr uint64_t kFirstInboundLink = uint64_t{1} << 63;

struct LearnerLinksOptions {
  std::vector<PeerAddress> own;  // to listen on
  bool listen_on_all = false;    // quorumListenOnAllIPs
  int32_t max_buffer = 0xfffff + 1024;
  int64_t connect_timeout_ms = 5000;
  size_t low_water_bytes = 256 << 10;
  size_t max_output_bytes = 64 << 20;
  size_t max_inbound = 256;
  size_t max_half_open = 64;  // without TLS or a login yet, if it is demanded; the oldest gives way
  bool keep_alive = false;
  std::shared_ptr<PeerSecurity> security;    // null: nothing is secured
  std::shared_ptr<const PeerLogins> logins;  // null: nobody logs in
};

class LearnerLinkHandler {
 public:
  virtual ~LearnerLinkHandler() = default;
  virtual void on_link_up(LinkId link) = 0;
  virtual void on_link_down(LinkId link) = 0;
  // Views are valid during the call.
  virtual void on_packet(LinkId link, const quorum::QuorumPacket& packet) = 0;
  // Of the stream behind a SNAP packet, on a link that we opened.
  virtual void on_snapshot(LinkId link, Bytes piece, bool last) = 0;
  // What was sent is below the low-water mark again.
  virtual void on_drained(LinkId link) = 0;
  // For the log: why a link was dropped.
  virtual void on_link_remark(LinkId link, std::string_view text) = 0;
  // Called once after a batch of the above, when everything that was ready has been handed over.
  virtual void on_batch_end() = 0;
};

class LearnerLinks {
 public:
  // The handler outlives the links.
  LearnerLinks(boost::asio::io_context& io, const LearnerLinksOptions& options, LearnerLinkHandler& handler);
  // Closes everything without telling the handler.
  ~LearnerLinks();
  LearnerLinks(const LearnerLinks&) = delete;
  LearnerLinks& operator=(const LearnerLinks&) = delete;

  // Learners may come. A fault names the address; then none can. Asks the resolver for a name of our own
  // until it is known, so it may block. Nothing to do if it listens.
  Status listen();
  // The last listen() failed only because a name of our own cannot be resolved: it may be later.
  bool awaits_own_name() const;
  // Where listen() listens from now on.
  void move(const std::vector<PeerAddress>& own);
  // No new ones; those that are there stay.
  void stop_listening();
  bool is_listening() const;
  uint16_t port() const;  // of the first address; 0 while not listening

  // One attempt; answered by on_link_up() or on_link_down(). Requires: top bit of `link` clear, never used
  // before.
  void connect(LinkId link, const std::vector<PeerAddress>& addresses);
  // Queued; leaves with flush(). Unknown links are ignored.
  void send(LinkId link, const Bytes& bytes);
  // Writes what was queued, once per link. To be called behind each batch of send() and close().
  void flush();
  // When what was sent has left, or soon after anyway. The handler hears no more of it.
  void close(LinkId link);
  // "/10.0.0.1:41000"; empty if unknown.
  std::string remote(LinkId link) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace paddock::net
