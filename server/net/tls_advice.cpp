#include "server/net/tls_advice.h"

#include <fmt/core.h>

#include <string_view>

namespace paddock::net {
namespace {

struct Advice {
  std::string_view part;  // of the reason
  std::string_view settings;
};

// The first that fits. An alert is what the peer says; the rest was found here.
constexpr Advice kAdvice[] = {
    {"certificate verify failed", "ssl.quorum.trustStore here and ssl.quorum.keyStore there"},
    {"did not return a certificate", "ssl.quorum.keyStore there and ssl.quorum.clientAuth here"},
    {"unsupported protocol", "ssl.quorum.enabledProtocols of both"},
    {"protocol version", "ssl.quorum.enabledProtocols of both"},
    {"no shared cipher", "ssl.quorum.ciphersuites of both"},
    {"alert handshake failure", "ssl.quorum.ciphersuites and ssl.quorum.enabledProtocols of both"},
    {"alert", "ssl.quorum.keyStore here and ssl.quorum.trustStore there"},
    {"wrong version number", "sslQuorum of both"},
    {"closed", "sslQuorum of both"},
};

}  // namespace

std::string with_advice(const std::string& reason) {
  for (const auto& [part, settings] : kAdvice) {
    if (reason.find(part) != std::string::npos) return fmt::format("{}; see {}", reason, settings);
  }
  return reason;
}

}  // namespace paddock::net
