// Words: a command line taken apart as zkCli does it. Blanks separate; ' and " quote what stands between two
// of their kind, also within a word; nothing escapes. "" is an empty word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::client::shell {

struct Word {
  std::string text;
  bool quoted = false;  // some part of it: then it is neither a flag nor a separator
  friend bool operator==(const Word&, const Word&) = default;
};

// A fault for a quote that is not closed.
Result<std::vector<Word>> split_words(std::string_view line);

// "a b; c" -> {a b} {c}: cuts at ';' standing alone or at the end of an unquoted word. Empty parts are
// dropped.
std::vector<std::vector<Word>> split_at_semicolons(const std::vector<Word>& words);

}  // namespace paddock::client::shell
