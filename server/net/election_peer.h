// ElectionPeer: everything the mesh knows of one other server: its addresses, its connection, what it is
// still to be told, and when to dial it again.
//
// Owner: the mesh and the operations that are pending; after leave() it tells nobody anything.
//
// Invariants
// 1. At most one connection, and at most one dial at a time; a newer connection replaces the older
//    silently.
// 2. It dials only while a message waits: a peer with nothing to hear is left alone.
// 3. Who takes connections only to drop them is dialled ever more seldom, as is who cannot be reached.
// 4. Of the messages that wait only the newest is kept; a new connection begins with it, or with the last
//    message that was ever sent.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "server/net/dial.h"
#include "server/net/election_connection.h"
#include "server/net/peer_address.h"
#include "server/net/peer_handshake.h"
#include "server/net/peer_login.h"
#include "server/net/stream.h"

namespace paddock::net {

struct ElectionMeshOptions;

// What a peer tells the mesh.
class ElectionPeerOwner {
 public:
  virtual ~ElectionPeerOwner() = default;
  virtual const ElectionMeshOptions& options() const = 0;
  virtual const std::string& hello() const = 0;  // as it goes out
  virtual void peer_message(ServerId peer, std::string_view body) = 0;
  virtual void peer_up(ServerId peer) = 0;
  virtual void peer_down(ServerId peer) = 0;
  virtual void peer_unreachable(ServerId peer, const std::string& why) = 0;
};

class ElectionPeer : public std::enable_shared_from_this<ElectionPeer> {
 public:
  ElectionPeer(boost::asio::io_context& io, ServerId id, ElectionPeerOwner& owner);

  void set_addresses(std::vector<PeerAddress> addresses);
  bool has_addresses() const { return !addresses_.empty(); }
  // A stranger may be forgotten when it has no connection and none is tried.
  bool is_idle() const { return !connection_ && !is_dialling() && !resting_; }

  void send(std::string frame);
  // It has dialled us, and is the one to keep the connection. `received` came along behind its hello.
  void adopt(Stream stream, std::string_view received);
  // It has dialled us and hung up, as the smaller id does: ours is the connection to keep.
  void call_back();
  void leave();

 private:
  using Clock = std::chrono::steady_clock;

  void want_connection();
  void dial();
  bool is_dialling() const { return dial_ || handshake_ || login_; }
  void dialled(const boost::system::error_code& error, boost::asio::ip::tcp::socket socket);
  void secure(Stream stream);
  void introduce(Stream stream);
  void log_in(Stream stream);
  void introduced(Stream stream, std::string_view received);
  void refused(const Fault& why);
  void heard(std::string_view body);
  void rest();
  void connection_lost(const std::string& why);

  boost::asio::io_context& io_;
  const ServerId id_;
  ElectionPeerOwner* owner_;  // null behind leave()
  std::vector<PeerAddress> addresses_;
  std::shared_ptr<ElectionConnection> connection_;
  Clock::time_point connected_at_;
  std::shared_ptr<Dial> dial_;
  std::shared_ptr<PeerHandshake> handshake_;  // behind the dial
  std::shared_ptr<PeerLogin> login_;          // behind both, and the hello
  boost::asio::steady_timer rest_timer_;
  bool resting_ = false;
  int64_t rest_ms_ = 0;  // the last rest; 0: something was heard since
  bool heard_ = false;   // something, on this connection
  std::string refusal_;  // why the last connection was lost unheard, as it was told
  std::string waiting_;  // not sent yet
  std::string last_sent_;
};

}  // namespace paddock::net
