// PeerProof: what TLS tells of the server at the other end: the certificate that it has shown, and the
// address that it speaks from. No name is ever looked up by that address.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>

#include "protocol/certs/openssl_handles.h"
#include "server/net/stream.h"

namespace paddock::net {

struct PeerProof {
  // Requires: the stream is secured.
  static PeerProof of(Stream& stream);

  // The certificate is for that host, a name or a number, by its alternative names or, without any, its
  // common name.
  bool names(const std::string& host) const;
  bool names_address() const;
  // For the log: "the certificate of CN=zk2 (from 10.0.0.2)".
  std::string text() const;

  certs::CertificatePtr certificate;  // null: it has shown none
  boost::asio::ip::address address;
};

}  // namespace paddock::net
