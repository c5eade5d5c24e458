// Connection: one client's socket. Cuts what arrives into frames for the handler and writes what it is given.
//
// Owner: its server and the operations that are pending on it; after leave() it touches nobody any more.
//
// With TLS a connection begins `securing`, until the handshake is done. Then, or at once, it is `silent`. Its
// first bytes are a four-letter word (then it is `closing`) or a connect request (`handshaking`: not read
// until it is answered). The first bytes sent make it `established`. What sent bytes that nobody accepts is
// `dropping` until the end of the batch, then `closing`.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/jute/frame_splitter.h"
#include "server/net/client_server.h"
#include "server/net/stream.h"
#include "server/net/work_shares.h"

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
  virtual const WorkShares& shares() const = 0;
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
  // TLS: a handshake begins (false: there are too many, the connection has to go), and came to its end.
  virtual bool handshake_begins(const Connection& connection) = 0;
  virtual void handshake_done(const Connection& connection) = 0;
  virtual void handshake_failed(const Connection& connection, std::string_view why) = 0;
  virtual const TlsContext& tls() = 0;
  virtual Revocations* revocations() = 0;  // null: nobody is asked
  // A frame of that length is not read; `begun`: what is there of it.
  virtual void frame_refused(const Connection& connection, int32_t length, std::string_view begun) = 0;
  // Likewise, because the handler has no room for it.
  virtual void large_frame_refused(const Connection& connection, int32_t length, std::string_view begun) = 0;
  // A frame has begun that may be too long: asks for refuse_undecided() in a moment.
  virtual void await_type(ConnectionId connection) = 0;
  // The last call about a connection.
  virtual void left(const Connection& connection) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // What speaks there: the protocol itself, TLS, or whichever the first byte tells.
  enum class Language { plain, tls, either };

  Connection(boost::asio::ip::tcp::socket socket, ConnectionId id, std::string address, std::string remote,
             std::shared_ptr<WorkShare> share, Language language, ConnectionOwner& owner);

  void start();
  void send(std::string bytes, bool close);
  // Closes at once and tells the owner: after an error, or because the peer is gone.
  void leave();
  // As leave(), but lets the peer read what has been sent.
  void finish();
  bool wants_to_resume() const;
  // It would, were its address not in debt: the next round may do.
  bool awaits_round() const;
  void resume();
  void close_after_flush();
  // What had begun is still too little to say that it may be that long.
  void refuse_undecided();

  ConnectionId id() const { return id_; }
  const std::string& address() const { return address_; }
  bool is_securing() const { return phase_ == Phase::securing || phase_ == Phase::verifying; }
  bool has_session() const { return phase_ == Phase::established; }
  size_t output_bytes() const { return output_.size() - written_; }
  ConnectionInfo info() const;

 private:
  // Verifying: the handshake is done, and whether its certificate is revoked is being asked.
  enum class Phase { securing, verifying, silent, handshaking, established, dropping, closing, gone };

  void arm_read();
  void on_readable();
  bool listen_to_first_byte();
  bool begin_tls();
  void secure_and_verify();
  void verified(const Status& status);
  bool note_handshake(const boost::system::error_code& error);
  std::string handshake_fault(const X509* certificate) const;
  void deliver(jute::FrameSplitter& input, Turn& turn);
  bool deliver_first(jute::FrameSplitter& input);
  bool deliver_frames(jute::FrameSplitter& input, Turn& turn);
  void park();
  // Whether the frame that begins there may come in. Undecided: too little of it is there.
  enum class Admission { taken, undecided, refused };
  Admission admission_of(std::string_view begun);
  void keep_rest(jute::FrameSplitter& input);
  bool must_wait() const;
  void arm_write();
  void on_writable();
  // Bytes taken by the socket now; nothing if it broke.
  std::optional<size_t> write_now(std::string_view bytes);
  bool is_read() const;
  void drop();

  Stream stream_;
  const ConnectionId id_;
  const std::string address_;
  const std::string remote_;
  const std::shared_ptr<WorkShare> share_;
  ConnectionOwner& owner_;

  Language language_;
  Phase phase_ = Phase::silent;
  bool undecided_ = false;   // the frame that has begun may be too long
  bool word_asked_ = false;  // the first bytes are known to be no word
  bool read_armed_ = false;
  bool parked_ = false;
  bool unread_ = false;  // parked when there was something to read
  bool write_armed_ = false;
  std::unique_ptr<jute::FrameSplitter> begun_;  // what the scratch buffer could not keep
  std::string output_;
  size_t written_ = 0;  // of output_
};

}  // namespace paddock::net
