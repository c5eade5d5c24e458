// How a port of this server speaks TLS: what zoo.cfg's ssl.* (clients) or ssl.quorum.* (servers) come to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocol/certs/key_files.h"

namespace paddock::net {

struct TlsOptions {
  enum class PeerCertificate { ignored, taken, demanded };  // ssl.clientAuth none, want, need

  std::string prefix = "ssl.";  // of the settings, for faults
  certs::KeyFile keys;
  certs::KeyFile trusted;  // without a location: what the system trusts
  PeerCertificate peer_certificate = PeerCertificate::demanded;
  // A client's certificate must name the address that it comes from. No name is ever looked up for an
  // address.
  bool check_client_address = false;
  // "TLSv1.2", "TLSv1.3"; empty: both. Versions before them are not spoken.
  std::vector<std::string> protocols;
  std::vector<std::string> ciphers;  // by their standard names; empty: OpenSSL's choice
  bool reload = true;                // look for changed files every few seconds
  // What revokes certificates is asked for, and what cannot be told is refused. OCSP falls back to lists.
  enum class Revocation { ignored, by_crl, by_ocsp };  // neither ssl.crl nor ssl.ocsp; the first; the second
  Revocation revocation = Revocation::ignored;
};

}  // namespace paddock::net
