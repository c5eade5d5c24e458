#include "server/replica/session_passwords.h"

#include <algorithm>
#include <utility>

#include "protocol/base/check.h"
#include "protocol/jute/endian.h"
#include "protocol/sasl/keyed_hash.h"

namespace paddock::replica {
namespace {

// So that nothing else that is ever made with the same secret can pass for a password.
constexpr std::string_view kPurpose = "paddock session password ";

client::SessionPassword password_of(SessionId session, std::string_view secret) {
  std::string text(kPurpose);
  text.resize(kPurpose.size() + sizeof session.value);
  jute::store_long(text.data() + kPurpose.size(), session.value);
  const sasl::KeyedHash hash = sasl::keyed_hash(secret, text);
  client::SessionPassword password;
  std::copy_n(hash.begin(), password.size(), password.begin());
  return password;
}

}  // namespace

SecretPasswords::SecretPasswords(std::vector<std::string> secrets, Computed computed)
    : secrets_(std::move(secrets)), computed_(computed) {
  PADDOCK_CHECK(!secrets_.empty(), "no secret to make session passwords of");
}

client::SessionPassword SecretPasswords::make(SessionId session) const {
  if (computed_ == Computed::made) return client::session_password(session);
  return password_of(session, secrets_.front());
}

bool SecretPasswords::accepts(SessionId session, std::string_view password) const {
  const auto is_right = [&](const std::string& secret) {
    const client::SessionPassword right = password_of(session, secret);
    return sasl::equal_secrets(password, {right.data(), right.size()});
  };
  if (std::any_of(secrets_.begin(), secrets_.end(), is_right)) return true;
  return computed_ != Computed::refused && ZooKeeperPasswords().accepts(session, password);
}

}  // namespace paddock::replica
