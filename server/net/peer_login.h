// PeerLogin: SASL on a connection between two servers, behind PeerHandshake and, on the election port, behind
// the hello, before anything else is said there.
//
// Owner: whoever started it and the operations that are pending. Loop thread.
//
// Invariants
// 1. It ends within the time that PeerLogins gives it and after a few tokens, whatever the peer does.
// 2. Where a login is demanded nothing of what a stranger sends is passed on.
// 3. A peer that failed is told so, and its connection is given up, whether a login is demanded or not: only
//    who does not try may do without.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "protocol/quorum/auth_packet.h"
#include "server/net/peer_logins.h"
#include "server/net/stream.h"

namespace paddock::net {

// A connection, and what came on it behind the login.
struct LoggedIn {
  Stream stream;
  std::string behind;
};

class PeerLogin : public std::enable_shared_from_this<PeerLogin> {
 public:
  // Never called inside a start, and not behind cancel().
  using Done = std::function<void(Result<LoggedIn>)>;

  PeerLogin(Stream stream, std::shared_ptr<const PeerLogins> logins);

  // Of a connection that this server has opened to `host`.
  void start_dialled(const std::string& host, Done done);
  // Of one that another has opened; `received` has come already.
  void start_accepted(std::string_view received, Done done);
  void cancel();

 private:
  using Answer = Errands::Answer;

  void start(Done done);
  void too_late();
  void begin();
  void arm_read();
  void on_readable();
  void look();
  void packet(const quorum::AuthPacket& packet);
  void answer_caller(const quorum::AuthPacket& packet);
  void hear_server(const quorum::AuthPacket& packet);
  // Heard nothing: that is the beginning.
  void prove(std::optional<std::string> heard, quorum::AuthStatus status);
  void proved(const Answer& answer, quorum::AuthStatus status);
  void say(quorum::AuthStatus status, std::optional<std::string> token);
  void fail(std::string why);
  void finish(Result<LoggedIn> result);

  Stream stream_;
  const std::shared_ptr<const PeerLogins> logins_;
  boost::asio::steady_timer deadline_;
  Done done_;
  std::shared_ptr<sasl::Initiator> initiator_;  // it was dialled
  std::unique_ptr<sasl::Exchange> exchange_;    // it has dialled us, and tries
  std::string received_;
  int packets_ = 0;
};

}  // namespace paddock::net
