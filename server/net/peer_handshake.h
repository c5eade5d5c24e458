// PeerHandshake: TLS on a connection between two servers, before anything else is said there, and whether the
// server that was dialled is the one that was meant.
//
// Owner: whoever started it and the operations that are pending. Loop thread.
//
// Invariants
// 1. It ends within the time that PeerSecurity gives it, whatever the peer does; meanwhile nobody waits for
//    it.
// 2. Of who has accepted, nothing is believed before its certificate is verified. Who has dialled says who
//    it is only later, and is verified by whoever hears that.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "protocol/base/result.h"
#include "server/net/peer_address.h"
#include "server/net/peer_security.h"
#include "server/net/stream.h"

namespace paddock::net {

class PeerHandshake : public std::enable_shared_from_this<PeerHandshake> {
 public:
  // With the stream, secured or, where that is allowed, plain; or with the fault: then it is worth nothing.
  // Never called inside a start, and not behind cancel().
  using Done = std::function<void(Status, Stream)>;

  PeerHandshake(Stream stream, std::shared_ptr<PeerSecurity> security);

  // Of a connection that this server has opened to one of these addresses.
  void start_dialled(std::vector<PeerAddress> addresses, Done done);
  // Of one that another has opened, who may speak without TLS if `security` lets it.
  void start_accepted(Done done);
  void cancel();

 private:
  void start(Done done);
  void await_first_byte();
  void listen_to_first_byte();
  void await_more();
  void go_on();
  void verify();
  void finish(Status status);

  Stream stream_;
  const std::shared_ptr<PeerSecurity> security_;
  boost::asio::steady_timer deadline_;
  Done done_;
  std::vector<PeerAddress> dialled_;  // empty: it has dialled us
};

}  // namespace paddock::net
