// Pattern: what `grep` looks for. An extended regular expression, or plain text. Finds it behind NUL bytes,
// too.
#pragma once

#include <regex.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::client::shell {

class Pattern {
 public:
  // The fault says what is wrong with the expression.
  static Result<Pattern> compile(const std::string& text, bool fixed, bool ignore_case);

  // Somewhere in `bytes`.
  bool matches(std::string_view bytes) const;

 private:
  std::shared_ptr<const regex_t> regex_;
};

// Without their ends; the last one is not empty.
std::vector<std::string_view> lines_of(std::string_view text);

}  // namespace paddock::client::shell
