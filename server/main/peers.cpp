#include "server/main/peers.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "server/main/logging.h"
#include "server/zab/packets.h"

namespace paddock {
namespace {

std::vector<net::PeerAddress> peer_addresses(const std::vector<zab::Address>& addresses) {
  std::vector<net::PeerAddress> list;
  for (const zab::Address& address : addresses) list.push_back({address.host, address.port});
  return list;
}

// `port` 0: as they are.
std::vector<net::PeerAddress> at_port(std::vector<net::PeerAddress> addresses, int32_t port) {
  for (net::PeerAddress& address : addresses) {
    if (port > 0) address.port = port;
  }
  return addresses;
}

template <class Options>
Options guarded(Options options, const std::shared_ptr<net::PeerSecurity>& security,
                const std::shared_ptr<const net::PeerLogins>& logins) {
  options.security = security;
  options.logins = logins;
  return options;
}

std::shared_ptr<const net::PeerLogins> make_logins(boost::asio::io_context& io,
                                                   const PeerSettings& settings) {
  if (!settings.logins) return nullptr;
  net::PeerLogins logins = *settings.logins;
  logins.errands = std::make_shared<net::Errands>(io);
  return std::make_shared<const net::PeerLogins>(std::move(logins));
}

std::shared_ptr<net::PeerSecurity> make_security(boost::asio::io_context& io, const PeerSettings& settings) {
  if (!settings.security) return nullptr;
  return std::make_shared<net::PeerSecurity>(io, *settings.security, [](std::string_view text) {
    spdlog::warn("event=peer_tls remark={}", quoted(text));
  });
}

}  // namespace

Peers::Peers(boost::asio::io_context& io, const PeerSettings& settings, zab::Engine& engine,
             BatchClock& clock, std::function<void()> on_batch_end)
    : engine_(engine),
      clock_(clock),
      on_batch_end_(std::move(on_batch_end)),
      security_(make_security(io, settings)),
      logins_(make_logins(io, settings)),
      mesh_(io, guarded(settings.election, security_, logins_), *this),
      links_(io, guarded(settings.learners, security_, logins_), *this),
      election_address_(settings.election.own),
      quorum_address_(settings.learners.own) {}

Peers::~Peers() {
  if (logins_) logins_->errands->close();
}

// Nobody listens on the quorum port before this server leads; that it cannot be opened would be noticed by an
// ensemble that has just lost its leader.
Status Peers::start() {
  if (security_) {
    if (auto opened = security_->open(); !opened) return opened;
  }
  const auto listening = links_.listen();
  if (!listening && !links_.awaits_own_name()) return listening;
  if (!listening) spdlog::warn("event=own_name_unknown reason={}", quoted(listening.fault().message));
  links_.stop_listening();
  return mesh_.listen();
}

void Peers::carry_out(zab::Ready& ready) {
  const auto each = [this](const auto& piece) { carry_out(piece); };
  for (const zab::MessageOut& message : ready.messages) std::visit(each, message);
  for (const zab::LinkCommand& command : ready.links) std::visit(each, command);
  links_.flush();
}

void Peers::carry_out(const zab::ConnectToLeader& command) {
  links_.connect(command.link, peer_addresses(command.addresses));
}

void Peers::carry_out(const zab::CloseLink& command) {
  if (!command.reason.empty()) {
    spdlog::error("event=peer_refused remote={} reason={}", links_.remote(command.link),
                  quoted(command.reason));
  }
  links_.close(command.link);
}

void Peers::carry_out(const zab::ElectionPeers& command) {
  std::map<ServerId, std::vector<net::PeerAddress>> peers;
  for (const auto& [id, addresses] : command.addresses) peers[id] = peer_addresses(addresses);
  mesh_.set_peers(peers);
  if (logins_ && logins_->hosts) logins_->hosts->set(peers);
  if (!security_) return;
  // A server without a promise comes under a second id, and shows the same certificate.
  auto members = peers;
  for (const auto& [id, addresses] : peers) members[zab::stranger_id(id)] = addresses;
  security_->set_members(members);
}

void Peers::carry_out(const zab::ListenForLearners& command) {
  wants_learners_ = command.on;
  learner_port_ = command.port;
  links_.stop_listening();
  if (!wants_learners_) return;
  links_.move(at_port(quorum_address_, learner_port_));
  listen_for_learners();
}

void Peers::listen_for_learners() {
  const auto listening = links_.listen();
  if (!listening) spdlog::error("event=quorum_port_closed reason={}", quoted(listening.fault().message));
}

void Peers::move(const zab::Member& self) {
  const auto election = peer_addresses(self.election);
  if (std::exchange(election_address_, election) != election) {
    const auto moved = mesh_.move(election);
    if (!moved) spdlog::error("event=election_port_closed reason={}", quoted(moved.fault().message));
  }
  const auto quorum = peer_addresses(self.quorum);
  if (std::exchange(quorum_address_, quorum) == quorum) return;
  links_.move(at_port(quorum, learner_port_));
  if (!links_.is_listening()) return;
  links_.stop_listening();
  listen_for_learners();
}

void Peers::tick() {
  if (wants_learners_ && !links_.is_listening()) listen_for_learners();
}

// --- net::ElectionHandler

void Peers::on_notification(ServerId from, const quorum::Notification& message) {
  engine_.election_message(from, message, clock_.now());
}

void Peers::on_peer_up(ServerId peer) {
  engine_.election_link_up(peer, clock_.now());
}

void Peers::on_peer_down(ServerId peer) {
  engine_.election_link_down(peer, clock_.now());
}

void Peers::on_election_remark(std::string_view text) {
  spdlog::warn("event=election_port remark={}", quoted(text));
}

// --- net::LearnerLinkHandler

void Peers::on_link_up(LinkId link) {
  spdlog::debug("event=link_up link={:#x} remote={}", link.value, links_.remote(link));
  last_remark_.clear();
  engine_.link_up(link, clock_.now());
}

void Peers::on_link_down(LinkId link) {
  engine_.link_down(link, clock_.now());
}

void Peers::on_packet(LinkId link, const quorum::QuorumPacket& packet) {
  engine_.receive(link, packet, clock_.now());
}

void Peers::on_snapshot(LinkId link, Bytes piece, bool last) {
  engine_.receive_snapshot(link, std::move(piece), last, clock_.now());
}

void Peers::on_drained(LinkId link) {
  engine_.link_drained(link, clock_.now());
}

// A learner dials its leader every few milliseconds: each reason is told once.
void Peers::on_link_remark(LinkId link, std::string_view text) {
  if (text == last_remark_) return;
  last_remark_ = text;
  spdlog::warn("event=link_lost link={:#x} reason={}", link.value, quoted(text));
}

}  // namespace paddock
