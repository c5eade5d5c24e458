#include "server/net/election_connection.h"

#include <boost/asio/buffer.hpp>
#include <cstring>

#include "protocol/quorum/records.h"
#include "server/net/tls_advice.h"

namespace paddock::net {

namespace asio = boost::asio;
using boost::system::error_code;

ElectionConnection::ElectionConnection(Stream stream, Listener listener)
    : stream_(std::move(stream)), listener_(std::move(listener)), input_(quorum::kMaxElectionMessage) {}

void ElectionConnection::start(std::string_view received) {
  put(received);
  deliver();
  arm_read();
}

void ElectionConnection::put(std::string_view received) {
  if (received.empty()) return;
  std::memcpy(input_.space(received.size()).data(), received.data(), received.size());
  input_.commit(received.size());
}

// --- In

void ElectionConnection::arm_read() {
  if (closed_) return;
  stream_.wait_readable([self = shared_from_this()](const error_code&) { self->on_readable(); });
}

void ElectionConnection::on_readable() {
  if (closed_) return;
  const auto space = input_.space();
  error_code error;
  const size_t count = stream_.read_some(asio::buffer(space.data(), space.size()), error);
  if (error == asio::error::would_block || error == asio::error::interrupted) return arm_read();
  if (error) return lose(why_lost(error));
  input_.commit(count);
  deliver();
  arm_read();
}

void ElectionConnection::deliver() {
  while (!closed_) {
    const auto body = input_.next();
    if (!body) break;
    if (body->empty()) return lose();
    listener_.message(*body);
  }
  if (!closed_ && input_.broken()) lose();
}

// --- Out

void ElectionConnection::send(std::string frame) {
  if (closed_) return;
  if (!begun_.empty()) {
    waiting_ = std::move(frame);
    return;
  }
  begun_ = std::move(frame);
  written_ = 0;
  write_now();
}

void ElectionConnection::write_now() {
  while (!closed_ && !begun_.empty()) {
    error_code error;
    written_ += stream_.write_some(asio::buffer(begun_) + written_, error);
    if (error == asio::error::would_block || error == asio::error::interrupted) return arm_write();
    if (error) return;  // reading tells of it, outside of whatever sends now
    if (written_ < begun_.size()) continue;
    begun_ = std::exchange(waiting_, {});
    written_ = 0;
  }
}

void ElectionConnection::arm_write() {
  if (write_armed_) return;
  write_armed_ = true;
  stream_.wait_writable([self = shared_from_this()](const error_code&) {
    self->write_armed_ = false;
    self->write_now();
  });
}

// --- The end

// A plain connection that breaks says nothing about its settings.
std::string ElectionConnection::why_lost(const error_code& error) const {
  if (stream_.tls() == nullptr) return {};
  return error == asio::error::eof ? "it has hung up; see its log" : with_advice(stream_.reason(error));
}

void ElectionConnection::lose(const std::string& why) {
  if (closed_) return;
  close();
  listener_.lost(why);
}

void ElectionConnection::close() {
  closed_ = true;
  stream_.close();
}

}  // namespace paddock::net
