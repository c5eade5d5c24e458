// Connection: one client's socket. Cuts what arrives into frames for the handler and writes what it is given.
//
// Owner: its server and the operations that are pending on it; after leave() it touches nobody any more.
//
// A connection begins `silent`. Its first bytes are a four-letter word (then it is `closing`) or a connect
// request (`handshaking`: not read until it is answered). The first bytes sent make it `established`. What
// sent bytes that nobody accepts is `dropping` until the end of the batch, then `closing`.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/jute/frame_splitter.h"
#include "server/net/client_server.h"

namespace paddock::net {

class Connection;

// What a connection needs of its server.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual const ClientServerOptions& options() const = 0;
  virtual ClientHandler& handler() = 0;
  // Where a connection reads that holds no begun frame: so idle connections hold no buffer. Empty between
  // uses.
  virtual jute::FrameSplitter& scratch() = 0;
  virtual ClientServerCounters& counters() = 0;
  // Something happened: on_batch_end() is due.
  virtual void schedule_batch() = 0;
  // Not read any more until resume(); the owner asks wants_to_resume() at its own pace.
  virtual void park(std::shared_ptr<Connection> connection) = 0;
  // Its output was taken or its session accepted: a parked connection may go on.
  virtual void may_resume() = 0;
  // To be closed when the handler has had its chance to send last words: behind on_batch_end().
  virtual void close_after_batch(std::shared_ptr<Connection> connection) = 0;
  // Closing, but its output is not taken: not to be waited for longer than for a session.
  virtual void closing_slowly(ConnectionId connection) = 0;
  // The last call about a connection.
  virtual void left(const Connection& connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ConnectionId id, std::string address, std::string remote,
             ConnectionOwner& owner);

  void start();
  void send(std::string bytes, bool close);
  // Closes at once and tells the owner: after an error, or because the peer is gone.
  void leave();
  // As leave(), but lets the peer read what has been sent.
  void finish();
  bool wants_to_resume() const;
  void resume();
  void close_after_flush();

  ConnectionId id() const { return id_; }
  const std::string& address() const { return address_; }
  bool has_session() const { return phase_ == Phase::established; }
  size_t output_bytes() const { return output_.size() - written_; }
  ConnectionInfo info() const;

 private:
  enum class Phase { silent, handshaking, established, dropping, closing, gone };

  void arm_read();
  void on_readable();
  void deliver(jute::FrameSplitter& input);
  bool deliver_first(jute::FrameSplitter& input);
  bool deliver_frames(jute::FrameSplitter& input);
  void keep_rest(jute::FrameSplitter& input);
  bool must_wait() const;
  void arm_write();
  void on_writable();
  // Bytes taken by the socket now; nothing if it broke.
  std::optional<size_t> write_now(std::string_view bytes);
  bool is_read() const;
  void drop();

  boost::asio::ip::tcp::socket socket_;
  const ConnectionId id_;
  const std::string address_;
  const std::string remote_;
  ConnectionOwner& owner_;

  Phase phase_ = Phase::silent;
  bool word_asked_ = false;  // the first bytes are known to be no word
  bool read_armed_ = false;
  bool parked_ = false;
  bool write_armed_ = false;
  std::unique_ptr<jute::FrameSplitter> begun_;  // what the scratch buffer could not keep
  std::string output_;
  size_t written_ = 0;  // of output_
};

}  // namespace paddock::net
