// Peers: joins the engine to the other servers: what arrives from them goes straight to it, and what it wants
// said, opened or closed is carried out.
//
// Owner: the host. Loop thread.
//
// Invariants
// 1. The engine is called only from the loop's own events, never from within carry_out().
// 2. What a batch sends leaves with one write per link, at the end of carry_out().
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/main/clock.h"
#include "server/main/settings.h"
#include "server/net/election_mesh.h"
#include "server/net/learner_links.h"
#include "server/net/peer_logins.h"
#include "server/net/peer_security.h"
#include "server/zab/engine.h"

namespace paddock {

class Peers : private net::ElectionHandler, private net::LearnerLinkHandler {
 public:
  // `on_batch_end` is called behind every batch of what the engine was told.
  Peers(boost::asio::io_context& io, const PeerSettings& settings, zab::Engine& engine, BatchClock& clock,
        std::function<void()> on_batch_end);

  ~Peers() override;

  // Opens the election port, and makes sure that the quorum port will open. A fault names the address.
  Status start();
  // Messages and links of one Ready.
  void carry_out(zab::Ready& ready);
  // This server's own addresses may be others from now on.
  void move(const zab::Member& self);
  // Seldom work: a quorum port that could not be opened is tried again.
  void tick();

 private:
  // --- net::ElectionHandler
  void on_notification(ServerId from, const quorum::Notification& message) override;
  void on_peer_up(ServerId peer) override;
  void on_peer_down(ServerId peer) override;
  void on_election_remark(std::string_view text) override;
  // --- net::LearnerLinkHandler
  void on_link_up(LinkId link) override;
  void on_link_down(LinkId link) override;
  void on_packet(LinkId link, const quorum::QuorumPacket& packet) override;
  void on_snapshot(LinkId link, Bytes piece, bool last) override;
  void on_drained(LinkId link) override;
  void on_link_remark(LinkId link, std::string_view text) override;
  // --- both
  void on_batch_end() override { on_batch_end_(); }

  void carry_out(const zab::PacketOut& message) { links_.send(message.link, message.packet); }
  void carry_out(const zab::SnapshotOut& message) { links_.send(message.link, message.piece); }
  void carry_out(const zab::NotificationOut& message) { mesh_.send(message.to, message.message); }
  void carry_out(const zab::ConnectToLeader& command);
  void carry_out(const zab::CloseLink& command);
  void carry_out(const zab::ListenForLearners& command);
  void carry_out(const zab::ElectionPeers& command);
  void listen_for_learners();

  zab::Engine& engine_;
  BatchClock& clock_;
  const std::function<void()> on_batch_end_;
  const std::shared_ptr<net::PeerSecurity> security_;    // null: nothing is secured
  const std::shared_ptr<const net::PeerLogins> logins_;  // null: nobody logs in
  net::ElectionMesh mesh_;
  net::LearnerLinks links_;
  std::vector<net::PeerAddress> election_address_;
  std::vector<net::PeerAddress> quorum_address_;
  bool wants_learners_ = false;
  int32_t learner_port_ = 0;  // 0: the quorum port
  std::string last_remark_;  // of a link
};

}  // namespace paddock
