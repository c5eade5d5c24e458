// DIGEST-MD5 (RFC 2831), the client's side: qop=auth and nothing else. Pure: the nonce comes in, bytes go
// out.
#pragma once

#include <string>

#include "protocol/sasl/digest_md5.h"
#include "protocol/sasl/initiator.h"

namespace paddock::sasl {

class DigestMd5Client : public Initiator {
 public:
  // `cnonce`: as the server's nonce.
  DigestMd5Client(const DigestNames& names, std::string user, std::string password, std::string cnonce);

  Result<std::string> begin() override { return std::string(); }
  Result<std::optional<std::string>> step(std::string_view token) override;
  bool is_complete() const override { return stage_ == Stage::complete; }
  bool blocks() const override { return false; }

 private:
  enum class Stage { begin, answered, complete, failed };

  Result<std::string> answer(std::string_view challenge);

  const DigestNames names_;
  const std::string user_;
  const std::string password_;
  const std::string cnonce_;
  Stage stage_ = Stage::begin;
  std::string proof_;  // what only a server can say that knows the password
};

}  // namespace paddock::sasl
