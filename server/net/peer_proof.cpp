#include "server/net/peer_proof.h"

#include <fmt/core.h>

#include "server/net/peer_text.h"
#include "server/net/subject_name.h"

namespace paddock::net {
namespace {

namespace ip = boost::asio::ip;

bool holds_number(X509* certificate, const ip::address& address) {
  return X509_check_ip_asc(certificate, address.to_string().c_str(), 0) == 1;
}

}  // namespace

PeerProof PeerProof::of(Stream& stream) {
  boost::system::error_code gone;
  return {stream.tls()->peer_certificate(), unmapped(stream.socket().remote_endpoint(gone).address())};
}

bool PeerProof::names(const std::string& host) const {
  if (!certificate) return false;
  boost::system::error_code no_number;
  const auto number = ip::make_address(host, no_number);
  if (!no_number) return holds_number(certificate.get(), number);
  return X509_check_host(certificate.get(), host.data(), host.size(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS,
                         nullptr) == 1;
}

bool PeerProof::names_address() const {
  return certificate && holds_number(certificate.get(), address);
}

std::string PeerProof::text() const {
  const std::string from = address_text(address);
  if (!certificate) return fmt::format("no certificate (from {})", from);
  return fmt::format("the certificate of {} (from {})", subject_name(certificate.get()), from);
}

}  // namespace paddock::net
