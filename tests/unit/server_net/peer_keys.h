// Servers of one ensemble for a test: an authority that all trust, and what each is told of TLS.
#pragma once

#include <catch2/catch.hpp>
#include <csignal>
#include <memory>
#include <string>

#include "loop.h"
#include "server/net/peer_security.h"
#include "tests/certs/certificates.h"

namespace paddock::net {

using tests::Authority;
using tests::Issued;
using tests::KeyDirectory;

// Authorities are costly enough to be made once.
struct PeerKeys {
  Authority authority;
  Authority stranger{"Stranger CA"};
  Issued here = authority.issue({{"CN", "here"}}, "IP:127.0.0.1");
  Issued localhost = authority.issue({{"CN", "by-name"}}, "DNS:localhost");
  Issued elsewhere = authority.issue({{"CN", "elsewhere"}}, "DNS:zk9.example.com,IP:10.9.8.7");
  Issued forged = stranger.issue({{"CN", "forged"}}, "IP:127.0.0.1");
  KeyDirectory directory;
};

inline const PeerKeys& peer_keys() {
  // As the server's process does: OpenSSL writes to sockets that the other side has closed.
  [[maybe_unused]] static const auto no_sigpipe = std::signal(SIGPIPE, SIG_IGN);
  static const PeerKeys keys;
  return keys;
}

inline PeerSecurityOptions shows(const Issued& own) {
  static int count = 0;
  PeerSecurityOptions options;
  options.tls.prefix = "ssl.quorum.";
  options.tls.keys.location = peer_keys().directory.write("own" + std::to_string(++count), own.pem());
  options.tls.trusted.location = peer_keys().directory.write("trusted", peer_keys().authority.pem());
  return options;
}

inline std::shared_ptr<PeerSecurity> secured(Loop& loop, const PeerSecurityOptions& options) {
  auto security = std::make_shared<PeerSecurity>(loop.io, options, [](std::string_view) {});
  const auto opened = security->open();
  if (!opened) FAIL(opened.fault().message);
  return security;
}

inline std::shared_ptr<PeerSecurity> secured(Loop& loop, const Issued& own) {
  return secured(loop, shows(own));
}

}  // namespace paddock::net
