// Identities: how a connection comes by them, and how whoAmI names them.
#include <openssl/evp.h>

#include <algorithm>

#include "znode/acl.h"
#include "znode/acl_scheme.h"

namespace paddock::znode {
namespace {

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL writes a NUL behind it
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

// "user:base64(hash of the whole text)". Nothing if OpenSSL does not know the algorithm.
std::optional<std::string> digest_id(std::string_view user_and_password, const std::string& algorithm) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  size_t length = 0;
  if (EVP_Q_digest(nullptr, algorithm.c_str(), nullptr, user_and_password.data(), user_and_password.size(),
                   hash, &length) != 1) {
    return std::nullopt;
  }
  const std::string_view user = user_and_password.substr(0, user_and_password.find(':'));
  return std::string(user) + ":" + base64({reinterpret_cast<const char*>(hash), length});
}

void add_if_new(const Identities& present, Identity identity, Identities& added) {
  if (std::find(present.begin(), present.end(), identity) == present.end())
    added.push_back(std::move(identity));
}

}  // namespace

Identity ip_identity(std::string_view address) {
  return Identity{"ip", std::string(address)};
}

Identities certificate_identities(std::string_view subject, const Options& options) {
  Identities proved = {Identity{"x509", std::string(subject)}};
  if (!options.x509_super_user.empty() && subject == options.x509_super_user) {
    proved.push_back(Identity{"super", std::string(subject)});
  }
  return proved;
}

std::optional<Identities> authenticate(const client::AuthPacket& packet, const Identities& present,
                                       const Options& options) {
  Identities added;
  switch (scheme_of(packet.scheme.view(), options)) {
    case AclScheme::none:
      return std::nullopt;
    case AclScheme::ip:
      return added;          // what it would add, every connection has from its start
    case AclScheme::x509: {  // what the handshake has proved is there already
      const auto proved = [](const Identity& identity) { return identity.scheme == "x509"; };
      if (std::none_of(present.begin(), present.end(), proved)) return std::nullopt;
      return added;
    }
    case AclScheme::sasl:  // it has an exchange of its own
      return std::nullopt;
    case AclScheme::digest:
      break;
  }
  if (packet.auth.is_null()) return std::nullopt;
  const std::optional<std::string> id = digest_id(packet.auth.view(), options.digest_algorithm);
  if (!id) return std::nullopt;
  if (*id == options.super_digest) add_if_new(present, Identity{"super", ""}, added);
  add_if_new(present, Identity{"digest", *id}, added);
  return added;
}

std::string_view display_user(const Identity& identity) {
  const std::string_view id = identity.id;
  if (identity.scheme == "digest") return id.substr(0, id.find(':'));
  if (identity.scheme == "ip" || identity.scheme == "x509" || identity.scheme == "sasl") return id;
  return "";
}

}  // namespace paddock::znode
