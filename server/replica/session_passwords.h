// SessionPasswords: how a session's password follows from its id, so that every server of the ensemble can
// tell whether it is right without having been told. ZooKeeper's function is known to everybody.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/client/password.h"

namespace paddock::replica {

class SessionPasswords {
 public:
  virtual ~SessionPasswords() = default;
  virtual client::SessionPassword make(SessionId session) const = 0;
  virtual bool accepts(SessionId session, std::string_view password) const = 0;
  // Whoever knows an id does not know its password.
  virtual bool are_secret() const = 0;
};

class ZooKeeperPasswords : public SessionPasswords {
 public:
  client::SessionPassword make(SessionId session) const override { return client::session_password(session); }
  bool accepts(SessionId session, std::string_view password) const override {
    const client::SessionPassword right = make(session);
    return password == std::string_view(right.data(), right.size());
  }
  bool are_secret() const override { return false; }
};

// Of secrets that all servers of the ensemble share and nobody else knows.
class SecretPasswords : public SessionPasswords {
 public:
  // What becomes of ZooKeeper's function meanwhile.
  enum class Computed { refused, accepted, made };
  // The first secret makes passwords, or ZooKeeper's function still does; those of all secrets are accepted:
  // while secrets are changed, clients come with what another server made. Requires: at least one secret.
  SecretPasswords(std::vector<std::string> secrets, Computed computed);

  client::SessionPassword make(SessionId session) const override;
  bool accepts(SessionId session, std::string_view password) const override;
  // Not while ZooKeeper's are good as well.
  bool are_secret() const override { return computed_ == Computed::refused; }

 private:
  const std::vector<std::string> secrets_;
  const Computed computed_;
};

}  // namespace paddock::replica
