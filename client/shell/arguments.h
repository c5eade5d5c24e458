// Arguments: what follows a command's name, sorted into flags and the rest by the command's own list of
// flags.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/shell/words.h"
#include "protocol/base/result.h"

namespace paddock::client::shell {

struct FlagSpec {
  std::string_view name;   // "-v"
  std::string_view value;  // "VERSION", or empty for a flag without a value
  std::string_view help;
};

class Arguments {
 public:
  // Flags may stand anywhere, up to "--". A word like "-5" or "-" is no flag, and a quoted word never is one.
  static Result<Arguments> parse(const std::vector<FlagSpec>& specs, const std::vector<Word>& words);

  // All words as they are.
  static Arguments verbatim(const std::vector<Word>& words);

  // The first `count` words are paths: makes them absolute, from the node `working`.
  void resolve_paths(size_t count, std::string_view working);

  bool has(std::string_view flag) const { return flags_.contains(flag); }
  // Empty without the flag.
  std::string text(std::string_view flag) const;
  // Nothing without the flag; a fault that names the flag if its value is not a whole number.
  Result<std::optional<int64_t>> number(std::string_view flag) const;

  // As number(), not negative, `otherwise` without the flag.
  Result<size_t> count_of(std::string_view flag, int64_t otherwise) const;

  size_t count() const { return positional_.size(); }
  // Requires: index < count().
  const std::string& at(size_t index) const { return positional_.at(index).text; }
  const std::vector<Word>& words() const { return positional_; }

 private:
  std::map<std::string, std::string, std::less<>> flags_;
  std::vector<Word> positional_;
};

Result<int64_t> parse_number(std::string_view text, std::string_view what);

}  // namespace paddock::client::shell
