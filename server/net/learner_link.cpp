#include "server/net/learner_link.h"

#include <boost/asio/buffer.hpp>
#include <chrono>
#include <cstring>

#include "server/net/learner_links.h"
#include "server/net/tls_advice.h"

namespace paddock::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr size_t kReadBytes = 128 << 10;
// How long a closed link may take to send what it owes.
constexpr auto kClosing = std::chrono::seconds(2);

}  // namespace

LearnerLink::LearnerLink(Stream stream, LinkId id, bool opened_here, LearnerLinkOwner& owner)
    : stream_(std::move(stream)),
      id_(id),
      opened_here_(opened_here),
      owner_(&owner),
      input_(owner.options().max_buffer),
      closing_timer_(stream_.get_executor()) {}

void LearnerLink::start(std::string_view received) {
  if (!received.empty()) {
    std::memcpy(input_.space(received.size()).data(), received.data(), received.size());
    input_.commit(received.size());
    deliver();
  }
  arm_read();
}

// --- In

void LearnerLink::arm_read() {
  if (owner_ == nullptr || closing_) return;
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->on_readable(); });
}

void LearnerLink::on_readable() {
  if (owner_ == nullptr || closing_) return;
  const auto space = input_.space(kReadBytes);
  error_code error;
  const size_t count = stream_.read_some(asio::buffer(space.data(), space.size()), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) return lose(error == asio::error::eof ? "" : with_advice(stream_.reason(error)));
  input_.commit(count);
  deliver();
  arm_read();
}

void LearnerLink::deliver() {
  while (owner_ != nullptr && !closing_) {
    if (!(snapshot_ ? deliver_snapshot() : deliver_packet())) return;
  }
}

// False: there is no whole one.
bool LearnerLink::deliver_packet() {
  quorum::QuorumPacket packet;
  if (!input_.next(packet)) {
    if (input_.broken()) lose("it sent a packet over the limit of jute.maxbuffer");
    return false;
  }
  if (is_claim(packet)) {
    if (const auto verified = owner_->verify_claim(packet, stream_); !verified) {
      lose(verified.fault().message);
      return false;
    }
  }
  if (opened_here_ && packet.type == static_cast<int32_t>(quorum::PacketType::snap)) {
    snapshot_.emplace(owner_->options().max_buffer);
  }
  owner_->link_packet(id_, packet);
  return true;
}

// Wherever it stands: the engine takes other packets before it.
bool LearnerLink::is_claim(const quorum::QuorumPacket& packet) const {
  if (opened_here_ || stream_.tls() == nullptr) return false;
  return packet.type == static_cast<int32_t>(quorum::PacketType::follower_info) ||
         packet.type == static_cast<int32_t>(quorum::PacketType::observer_info);
}

bool LearnerLink::deliver_snapshot() {
  const std::string_view received = input_.pending();
  if (received.empty()) return false;
  const auto passed = snapshot_->pass(received);
  if (!passed) {
    lose(passed.fault().message);
    return false;
  }
  const bool last = snapshot_->ended();
  if (last) snapshot_.reset();
  Bytes piece(std::string(received.substr(0, *passed)));
  input_.skip(*passed);
  owner_->link_snapshot(id_, std::move(piece), last);
  return true;
}

// --- Out

void LearnerLink::send(const Bytes& bytes) {
  if (owner_ == nullptr || closing_) return;
  output_.append(bytes);
  above_low_water_ = above_low_water_ || output_.size() > owner_->options().low_water_bytes;
  if (output_.size() > owner_->options().max_output_bytes) lose("it does not take what it is sent");
}

void LearnerLink::flush() {
  while (owner_ != nullptr && !output_.empty()) {
    if (write_armed_) return;
    error_code error;
    const size_t count = stream_.write_some(output_.head(), error);
    output_.consume(count);
    if (error == asio::error::would_block || error == asio::error::interrupted) return arm_write();
    if (error) return lose(with_advice(stream_.reason(error)));
    tell_drained();
  }
  if (closing_) finish();
}

void LearnerLink::tell_drained() {
  if (!above_low_water_ || output_.size() > owner_->options().low_water_bytes) return;
  above_low_water_ = false;
  if (!closing_) owner_->link_drained(id_);
}

void LearnerLink::arm_write() {
  write_armed_ = true;
  stream_.wait_writable([self = shared_from_this()](const error_code&) {
    self->write_armed_ = false;
    self->flush();
  });
}

// --- The end

void LearnerLink::close() {
  if (owner_ == nullptr || closing_) return;
  closing_ = true;
  closing_timer_.expires_after(kClosing);
  closing_timer_.async_wait([self = shared_from_this()](const error_code& stopped) {
    if (!stopped) self->lose("");
  });
  flush();
}

void LearnerLink::finish() {
  stream_.end_gently();
  lose("");
}

void LearnerLink::lose(const std::string& why) {
  LearnerLinkOwner* const owner = owner_;
  if (owner == nullptr) return;
  leave();
  owner->link_lost(id_, why);
}

void LearnerLink::leave() {
  owner_ = nullptr;
  closing_timer_.cancel();
  output_.clear();
  stream_.close();
}

}  // namespace paddock::net
