// Logins: what a section of the JAAS file (java.security.auth.login.config) lets a server prove, or ask
// others to prove.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "protocol/sasl/digest_md5.h"
#include "server/config/config.h"
#include "protocol/gssapi/acceptor.h"

namespace paddock {

// A section that holds both is for GSSAPI, as with ZooKeeper.
struct Login {
  std::map<std::string, std::string> digest;  // options of ZooKeeper's DigestLoginModule
  std::optional<gssapi::GssapiAcceptorOptions> kerberos;
  std::string place;                 // "FILE: section NAME", for faults
  std::vector<std::string> ignored;  // what is said there and means nothing here
};

// Nothing: there is no such file or section. A fault names the file, and the section or line.
Result<std::optional<Login>> login_of(const config::Config& config, const std::string& section);

// Who may come in by DIGEST-MD5: user_NAME="password".
sasl::Passwords passwords_of(const Login& login);

// 32 bytes that nobody can guess.
std::string make_secret();

}  // namespace paddock
