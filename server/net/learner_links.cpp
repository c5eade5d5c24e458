#include "server/net/learner_links.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <unordered_map>

#include "protocol/jute/codec.h"
#include "server/net/dial.h"
#include "server/net/learner_link.h"
#include "server/net/listener.h"
#include "server/net/peer_handshake.h"
#include "server/net/peer_login.h"
#include "server/net/peer_security.h"
#include "server/net/peer_text.h"
#include "server/net/remark_pace.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kRefusedRest = std::chrono::milliseconds(250);

// `pending`: by link, what has a cancel(). False: there is none of that link.
template <class Pending>
bool cancelled(Pending& pending, LinkId link) {
  const auto found = pending.find(link);
  if (found == pending.end()) return false;
  found->second->cancel();
  pending.erase(found);
  return true;
}

// Of those that have come to us the oldest gives way.
template <class Pending>
void make_room(Pending& pending, size_t limit) {
  const auto oldest = pending.lower_bound(LinkId{kFirstInboundLink});
  if (static_cast<size_t>(std::distance(oldest, pending.end())) >= limit) cancelled(pending, oldest->first);
}

// A learner that is quicker than its leader is refused at first: nothing to tell of.
std::string reason_of(const error_code& error) {
  return error == asio::error::connection_refused ? "" : error.message();
}

}  // namespace

struct LearnerLinks::Impl : LearnerLinkOwner, std::enable_shared_from_this<Impl> {
  // A link that is closed is known until it has left, so that its bytes are still sent.
  struct Entry {
    std::shared_ptr<LearnerLink> link;
    std::string remote;
    bool closed = false;
    bool to_flush = false;
  };

  Impl(asio::io_context& io, const LearnerLinksOptions& options, LearnerLinkHandler& handler)
      : io_(io), options_(options), handler_(handler) {}

  // --- LearnerLinkOwner
  const LearnerLinksOptions& options() const override { return options_; }
  Status verify_claim(const quorum::QuorumPacket& packet, Stream& stream) override;
  void link_packet(LinkId link, const quorum::QuorumPacket& packet) override;
  void link_snapshot(LinkId link, Bytes piece, bool last) override;
  void link_drained(LinkId link) override;
  void link_lost(LinkId link, const std::string& why) override;

  Status listen();
  Status open(const PeerAddress& address, std::optional<tcp::endpoint>& known);
  void accept(tcp::socket socket);
  void connect(LinkId link, const std::vector<PeerAddress>& addresses);
  void secure_accepted(LinkId link, Stream stream);
  void secure_dialled(LinkId link, Stream stream, const std::vector<PeerAddress>& addresses);
  void log_in_accepted(LinkId link, Stream stream);
  void log_in_dialled(LinkId link, Stream stream, const std::vector<PeerAddress>& addresses);
  void turned_away(LinkId link, const std::string& remote, const Fault& why);
  void refused(LinkId link, const std::string& why);
  void add(LinkId link, Stream stream, bool opened_here, std::string_view received);
  void down(LinkId link, const std::string& why);
  void schedule_batch();
  void end_batch();
  void shut();

  asio::io_context& io_;
  LearnerLinksOptions options_;  // the own addresses move
  LearnerLinkHandler& handler_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::map<std::string, std::optional<tcp::endpoint>> own_endpoints_;  // resolved once
  uint64_t last_inbound_ = kFirstInboundLink;
  size_t inbound_ = 0;
  std::unordered_map<LinkId, Entry> links_;
  std::unordered_map<LinkId, std::shared_ptr<Dial>> dials_;
  std::map<LinkId, std::shared_ptr<PeerHandshake>> handshakes_;  // behind a dial, then behind an accept
  std::map<LinkId, std::shared_ptr<PeerLogin>> logins_;          // behind those
  std::unordered_map<LinkId, std::unique_ptr<asio::steady_timer>> refused_;  // not yet told to the handler
  RemarkPace pace_;                                                          // of what strangers cause
  std::vector<LinkId> to_flush_;
  std::vector<LinkId> drained_;                       // not yet told to the handler
  std::vector<std::pair<LinkId, std::string>> down_;  // likewise
  bool awaits_own_name_ = false;
  bool batch_scheduled_ = false;
  bool shut_ = false;
};

// --- Listening

Status LearnerLinks::Impl::listen() {
  if (!listeners_.empty()) return ok_status();
  for (const PeerAddress& address : options_.own) {
    if (auto opened = open(address, own_endpoints_[text_of(address)]); !opened) {
      listeners_.clear();
      return make_fault("quorum port: {}", opened.fault().message);
    }
  }
  return ok_status();
}

Status LearnerLinks::Impl::open(const PeerAddress& address, std::optional<tcp::endpoint>& known) {
  const auto on_socket = [this](tcp::socket socket) { accept(std::move(socket)); };
  auto& listener = listeners_.emplace_back(std::make_unique<Listener>(io_));
  if (options_.listen_on_all) return listener->open_any(static_cast<uint16_t>(address.port), 0, on_socket);
  if (!known) {
    auto endpoint = resolve_local(io_, address.host, address.port);
    awaits_own_name_ = !endpoint;
    if (!endpoint) return endpoint.fault();
    known = *endpoint;
  }
  return listener->open(*known, 0, on_socket);
}

void LearnerLinks::Impl::accept(tcp::socket socket) {
  if (inbound_ >= options_.max_inbound) return;
  error_code error;
  socket.non_blocking(true, error);
  socket.set_option(tcp::no_delay(true), error);
  if (error) return;
  const LinkId link{++last_inbound_};
  if (options_.security) return secure_accepted(link, Stream(std::move(socket)));
  log_in_accepted(link, Stream(std::move(socket)));
}

// Nobody has been told of it yet.
void LearnerLinks::Impl::secure_accepted(LinkId link, Stream stream) {
  error_code gone;
  const std::string remote = endpoint_text(stream.socket().remote_endpoint(gone));
  make_room(handshakes_, options_.max_half_open);
  const auto handshake = std::make_shared<PeerHandshake>(std::move(stream), options_.security);
  handshakes_[link] = handshake;
  handshake->start_accepted([this, link, remote](Status status, Stream secured) {
    handshakes_.erase(link);
    if (status) return log_in_accepted(link, std::move(secured));
    turned_away(link, remote, status.fault());
  });
}

void LearnerLinks::Impl::secure_dialled(LinkId link, Stream stream,
                                        const std::vector<PeerAddress>& addresses) {
  const auto handshake = std::make_shared<PeerHandshake>(std::move(stream), options_.security);
  handshakes_[link] = handshake;
  handshake->start_dialled(addresses, [this, link, addresses](Status status, Stream secured) {
    handshakes_.erase(link);
    if (status) return log_in_dialled(link, std::move(secured), addresses);
    refused(link, fmt::format("{}: {}", text_of(addresses.front()), status.fault().message));
  });
}

void LearnerLinks::Impl::log_in_accepted(LinkId link, Stream stream) {
  if (!options_.logins) return add(link, std::move(stream), false, {});
  error_code gone;
  const std::string remote = endpoint_text(stream.socket().remote_endpoint(gone));
  make_room(logins_, options_.max_half_open);
  const auto login = std::make_shared<PeerLogin>(std::move(stream), options_.logins);
  logins_[link] = login;
  login->start_accepted({}, [this, link, remote](Result<LoggedIn> result) {
    logins_.erase(link);
    if (result) return add(link, std::move(result->stream), false, result->behind);
    turned_away(link, remote, result.fault());
  });
}

void LearnerLinks::Impl::log_in_dialled(LinkId link, Stream stream,
                                        const std::vector<PeerAddress>& addresses) {
  if (!options_.logins || !options_.logins->logs_in) return add(link, std::move(stream), true, {});
  const auto login = std::make_shared<PeerLogin>(std::move(stream), options_.logins);
  logins_[link] = login;
  login->start_dialled(addresses.front().host, [this, link, addresses](Result<LoggedIn> result) {
    logins_.erase(link);
    if (result) return add(link, std::move(result->stream), true, result->behind);
    refused(link, fmt::format("{}: {}", text_of(addresses.front()), result.fault().message));
  });
}

// Whoever reaches the port can cause one.
void LearnerLinks::Impl::turned_away(LinkId link, const std::string& remote, const Fault& why) {
  if (pace_.allows()) handler_.on_link_remark(link, fmt::format("{}: {}", remote, why.message));
}

// Told a moment later: a learner dials again at once, and a handshake costs both sides a thousand times as
// much as a port that is closed.
void LearnerLinks::Impl::refused(LinkId link, const std::string& why) {
  auto& rest = refused_[link];
  rest = std::make_unique<asio::steady_timer>(io_, kRefusedRest);
  rest->async_wait([self = shared_from_this(), link, why](const error_code& stopped) {
    if (!stopped && self->refused_.erase(link) > 0) self->down(link, why);
  });
}

void LearnerLinks::Impl::connect(LinkId link, const std::vector<PeerAddress>& addresses) {
  PADDOCK_CHECK(link.value < kFirstInboundLink && !links_.contains(link) && !dials_.contains(link),
                "a connection with the link id {:#x}", link.value);
  dials_[link] = Dial::start(io_, addresses, options_.connect_timeout_ms,
                             [this, link, addresses](const error_code& error, tcp::socket socket) {
                               dials_.erase(link);
                               if (error) return down(link, reason_of(error));
                               Stream stream(std::move(socket));
                               const bool secures = options_.security && options_.security->options().dials;
                               if (secures) return secure_dialled(link, std::move(stream), addresses);
                               log_in_dialled(link, std::move(stream), addresses);
                             });
}

void LearnerLinks::Impl::add(LinkId id, Stream stream, bool opened_here, std::string_view received) {
  error_code error;
  if (options_.keep_alive) stream.socket().set_option(asio::socket_base::keep_alive(true), error);
  std::string remote = endpoint_text(stream.socket().remote_endpoint(error));
  const auto link = std::make_shared<LearnerLink>(std::move(stream), id, opened_here, *this);
  links_[id] = Entry{link, std::move(remote)};
  if (!opened_here) ++inbound_;
  schedule_batch();
  handler_.on_link_up(id);
  link->start(received);
}

// --- LearnerLinkOwner

// Who does not say who it is, or says it in no form that there is, is the engine's to number or to refuse.
Status LearnerLinks::Impl::verify_claim(const quorum::QuorumPacket& packet, Stream& stream) {
  const auto info = jute::decoded<quorum::LearnerInfo>(packet.data.view());
  if (!info) return ok_status();
  return options_.security->verify_caller(ServerId{info->server_id}, PeerProof::of(stream));
}

void LearnerLinks::Impl::link_packet(LinkId link, const quorum::QuorumPacket& packet) {
  schedule_batch();
  handler_.on_packet(link, packet);
}

void LearnerLinks::Impl::link_snapshot(LinkId link, Bytes piece, bool last) {
  schedule_batch();
  handler_.on_snapshot(link, std::move(piece), last);
}

void LearnerLinks::Impl::link_drained(LinkId link) {
  drained_.push_back(link);
  schedule_batch();
}

void LearnerLinks::Impl::link_lost(LinkId link, const std::string& why) {
  const auto found = links_.find(link);
  const bool closed = found->second.closed;
  links_.erase(found);
  if (link.value >= kFirstInboundLink) --inbound_;
  if (!closed) down(link, why);
}

void LearnerLinks::Impl::down(LinkId link, const std::string& why) {
  down_.emplace_back(link, why);
  schedule_batch();
}

// --- Batches and the end

void LearnerLinks::Impl::schedule_batch() {
  if (batch_scheduled_) return;
  batch_scheduled_ = true;
  asio::post(io_, [self = shared_from_this()] {
    self->batch_scheduled_ = false;
    if (!self->shut_) self->end_batch();
  });
}

void LearnerLinks::Impl::end_batch() {
  for (const LinkId link : std::exchange(drained_, {})) {
    const auto found = links_.find(link);
    if (found != links_.end() && !found->second.closed) handler_.on_drained(link);
  }
  for (const auto& [link, why] : std::exchange(down_, {})) {
    if (!why.empty()) handler_.on_link_remark(link, why);
    handler_.on_link_down(link);
  }
  handler_.on_batch_end();
}

void LearnerLinks::Impl::shut() {
  shut_ = true;
  listeners_.clear();
  for (const auto& [link, dial] : std::exchange(dials_, {})) dial->cancel();
  for (const auto& [link, handshake] : std::exchange(handshakes_, {})) handshake->cancel();
  for (const auto& [link, login] : std::exchange(logins_, {})) login->cancel();
  refused_.clear();
  for (const auto& [id, entry] : std::exchange(links_, {})) entry.link->leave();
}

// --- The public face

LearnerLinks::LearnerLinks(asio::io_context& io, const LearnerLinksOptions& options,
                           LearnerLinkHandler& handler)
    : impl_(std::make_shared<Impl>(io, options, handler)) {}

LearnerLinks::~LearnerLinks() {
  impl_->shut();
}

Status LearnerLinks::listen() {
  return impl_->listen();
}

void LearnerLinks::move(const std::vector<PeerAddress>& own) {
  impl_->options_.own = own;
}

void LearnerLinks::stop_listening() {
  impl_->listeners_.clear();
}

bool LearnerLinks::awaits_own_name() const {
  return impl_->awaits_own_name_;
}

bool LearnerLinks::is_listening() const {
  return !impl_->listeners_.empty();
}

uint16_t LearnerLinks::port() const {
  return impl_->listeners_.empty() ? uint16_t{0} : impl_->listeners_.front()->port();
}

void LearnerLinks::connect(LinkId link, const std::vector<PeerAddress>& addresses) {
  impl_->connect(link, addresses);
}

void LearnerLinks::send(LinkId link, const Bytes& bytes) {
  const auto found = impl_->links_.find(link);
  if (found == impl_->links_.end() || found->second.closed) return;
  if (!std::exchange(found->second.to_flush, true)) impl_->to_flush_.push_back(link);
  const auto keep = found->second.link;  // it may leave meanwhile
  keep->send(bytes);
}

void LearnerLinks::flush() {
  for (const LinkId link : std::exchange(impl_->to_flush_, {})) {
    const auto found = impl_->links_.find(link);
    if (found == impl_->links_.end()) continue;
    found->second.to_flush = false;
    const auto keep = found->second.link;
    keep->flush();
  }
}

void LearnerLinks::close(LinkId link) {
  if (cancelled(impl_->dials_, link) || cancelled(impl_->handshakes_, link) ||
      cancelled(impl_->logins_, link))
    return;
  if (impl_->refused_.erase(link) > 0) return;
  std::erase_if(impl_->down_, [&](const auto& entry) { return entry.first == link; });
  const auto found = impl_->links_.find(link);
  if (found == impl_->links_.end() || found->second.closed) return;
  found->second.closed = true;
  const auto keep = found->second.link;
  keep->close();
}

std::string LearnerLinks::remote(LinkId link) const {
  const auto found = impl_->links_.find(link);
  return found == impl_->links_.end() ? std::string() : found->second.remote;
}

}  // namespace paddock::net
