// Exchange: one client that proves who it is by a mechanism of SASL. Tokens in, tokens out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::sasl {

class Exchange {
 public:
  virtual ~Exchange() = default;
  // The answer to a token; nothing: there is none, as at the end of GSSAPI. A fault says why the exchange has
  // failed, without anything secret; it is over then.
  virtual Result<std::optional<std::string>> step(std::string_view token) = 0;
  virtual bool is_complete() const = 0;
  // What was proved. Requires: is_complete().
  virtual const std::string& user() const = 0;
};

}  // namespace paddock::sasl
