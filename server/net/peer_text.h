// How an address of a peer is written where ZooKeeper's users see it.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>

namespace paddock::net {

// An IPv4 address that is mapped into IPv6, as the IPv4 address that it is.
boost::asio::ip::address unmapped(const boost::asio::ip::address& address);
// Java's getHostAddress: "127.0.0.1", "0:0:0:0:0:0:0:1". An IPv4 address mapped into IPv6 is written as IPv4.
std::string address_text(const boost::asio::ip::address& address);
// Java's InetSocketAddress: "/127.0.0.1:51234", "/[0:0:0:0:0:0:0:1]:51234".
std::string endpoint_text(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace paddock::net
