// MemberHosts: the hosts under which the configuration knows each server, and the addresses that those names
// stood for when they were last asked for.
//
// Owner: PeerSecurity and the look-ups that are pending. Loop thread.
//
// Invariants
// 1. Nobody waits for a look-up: what is not known yet is not so, and may be when a server comes again.
// 2. A look-up that fails takes nothing away.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "server/net/peer_address.h"

namespace paddock::net {

class MemberHosts : public std::enable_shared_from_this<MemberHosts> {
 public:
  explicit MemberHosts(boost::asio::io_context& io);

  // Replaces what was said before. Names that are new are looked up.
  void set(std::map<ServerId, std::vector<PeerAddress>> members);
  // Null: nobody configured it.
  const std::vector<PeerAddress>* find(ServerId server) const;
  // One of the server's hosts stands for that address.
  bool have(ServerId server, const boost::asio::ip::address& address) const;
  // The server's names may stand for others by now.
  void look_up(ServerId server);
  void close();

 private:
  void look_up(const std::string& host);

  std::map<ServerId, std::vector<PeerAddress>> members_;
  std::map<std::string, std::set<boost::asio::ip::address>> addresses_;  // by name
  std::set<std::string> asked_;                                          // not answered yet
  boost::asio::ip::tcp::resolver resolver_;
};

}  // namespace paddock::net
