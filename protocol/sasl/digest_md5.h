// DIGEST-MD5 (RFC 2831), the server's side, as ZooKeeper's clients use it: qop=auth and nothing else. Pure:
// the nonce comes in, bytes go out.
//
// One exchange: an empty token is answered with the challenge, the response to it with rspauth; then it is
// over. Whatever is wrong ends it: there is no second try.
//
//   directives := [name "=" (token | '"' text '"')] separated by ","
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "protocol/sasl/exchange.h"

namespace paddock::sasl {

// Who may come in, and the password that proves it. Cleartext, as the mechanism demands.
using Passwords = std::map<std::string, std::string, std::less<>>;

struct DigestNames {
  std::string service;  // "zookeeper": begins the digest-uri
  std::string realm;    // "zk-sasl-md5": the realm, and the name of the server
};

class DigestMd5Server : public Exchange {
 public:
  // `passwords` outlives the exchange. `nonce`: never the same twice, and not to be guessed.
  DigestMd5Server(const DigestNames& names, const Passwords& passwords, std::string nonce);

  Result<std::optional<std::string>> step(std::string_view token) override;
  bool is_complete() const override { return stage_ == Stage::complete; }
  const std::string& user() const override;

 private:
  enum class Stage { begin, challenged, complete, failed };

  std::string challenge() const;
  Result<std::string> check(std::string_view response);

  const DigestNames names_;
  const Passwords& passwords_;
  const std::string nonce_;
  Stage stage_ = Stage::begin;
  std::string user_;
};

using Directives = std::map<std::string, std::string, std::less<>>;
// Names in lower case. Nothing: it is no list of directives, or one is given twice.
std::optional<Directives> parse_directives(std::string_view text);

// The value of `response`, or of `rspauth` with `method` empty instead of AUTHENTICATE.
struct DigestParts {
  std::string_view user, realm, password, nonce, cnonce, nc, qop, uri, authzid;
  bool has_authzid = false;
};
std::string digest_response(const DigestParts& parts, std::string_view method);

// Number `number` of those that a secret of 32 bytes makes: nobody without it can tell the next one.
std::string make_nonce(std::string_view secret, uint64_t number);

}  // namespace paddock::sasl
