#include "server/main/peers.h"

#include <spdlog/spdlog.h>

#include "server/main/logging.h"

namespace paddock {
namespace {

std::vector<net::PeerAddress> peer_addresses(const std::vector<zab::Address>& addresses) {
  std::vector<net::PeerAddress> list;
  for (const zab::Address& address : addresses) list.push_back({address.host, address.port});
  return list;
}

}  // namespace

Peers::Peers(boost::asio::io_context& io, const PeerSettings& settings, zab::Engine& engine,
             BatchClock& clock, std::function<void()> on_batch_end)
    : engine_(engine),
      clock_(clock),
      on_batch_end_(std::move(on_batch_end)),
      mesh_(io, settings.election, *this),
      links_(io, settings.learners, *this) {}

// Nobody listens on the quorum port before this server leads; that it cannot be opened would be noticed by an
// ensemble that has just lost its leader.
Status Peers::start() {
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

void Peers::carry_out(const zab::ElectionPeers& command) {
  std::map<ServerId, std::vector<net::PeerAddress>> peers;
  for (const auto& [id, addresses] : command.addresses) peers[id] = peer_addresses(addresses);
  mesh_.set_peers(peers);
}

void Peers::carry_out(const zab::ListenForLearners& command) {
  wants_learners_ = command.on;
  if (!wants_learners_) return links_.stop_listening();
  listen_for_learners();
}

void Peers::listen_for_learners() {
  const auto listening = links_.listen();
  if (!listening) spdlog::error("event=quorum_port_closed reason={}", quoted(listening.fault().message));
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
