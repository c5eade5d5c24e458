// Initiator: the other half of an Exchange: it proves who we are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::sasl {

class Initiator {
 public:
  virtual ~Initiator() = default;
  // The first token, which may be empty.
  virtual Result<std::string> begin() = 0;
  // The answer to a token; nothing: there is none. A fault says why it has failed; it is over then.
  virtual Result<std::optional<std::string>> step(std::string_view token) = 0;
  // For our part: whether the other side thinks so, it says.
  virtual bool is_complete() const = 0;
  // begin() and step() may wait for others, so they are no work for the loop thread.
  virtual bool blocks() const = 0;
};

}  // namespace paddock::sasl
