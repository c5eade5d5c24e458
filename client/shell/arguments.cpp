#include "client/shell/arguments.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "client/shell/working_path.h"

namespace paddock::client::shell {
namespace {

bool looks_like_flag(const Word& word) {
  if (word.quoted || word.text.size() < 2 || word.text[0] != '-') return false;
  return !std::isdigit(static_cast<unsigned char>(word.text[1]));
}

}  // namespace

Result<int64_t> parse_number(std::string_view text, std::string_view what) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return make_fault("{} wants a whole number, not '{}'", what, text);
  }
  return number;
}

Result<Arguments> Arguments::parse(const std::vector<FlagSpec>& specs, const std::vector<Word>& words) {
  Arguments parsed;
  bool flags_over = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (flags_over || !looks_like_flag(word)) {
      parsed.positional_.push_back(word);
      continue;
    }
    if (word.text == "--") {
      flags_over = true;
      continue;
    }
    const auto spec =
        std::find_if(specs.begin(), specs.end(), [&](const FlagSpec& s) { return s.name == word.text; });
    if (spec == specs.end()) return make_fault("unknown flag {}", word.text);
    std::string value;
    if (!spec->value.empty()) {
      if (++i == words.size())
        return make_fault("{} wants a value: {} {}", word.text, word.text, spec->value);
      value = words[i].text;
    }
    parsed.flags_[word.text] = value;
  }
  return parsed;
}

Arguments Arguments::verbatim(const std::vector<Word>& words) {
  Arguments parsed;
  parsed.positional_ = words;
  return parsed;
}

void Arguments::resolve_paths(size_t count, std::string_view working) {
  for (size_t i = 0; i < std::min(count, positional_.size()); ++i) {
    positional_[i].text = resolve_path(working, positional_[i].text);
  }
}

std::string Arguments::text(std::string_view flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::string() : found->second;
}

Result<std::optional<int64_t>> Arguments::number(std::string_view flag) const {
  if (!has(flag)) return std::optional<int64_t>();
  const auto parsed = parse_number(text(flag), flag);
  if (!parsed) return parsed.fault();
  return std::optional<int64_t>(parsed.value());
}

Result<size_t> Arguments::count_of(std::string_view flag, int64_t otherwise) const {
  const auto given = number(flag);
  if (!given) return given.fault();
  const int64_t count = given.value().value_or(otherwise);
  if (count < 0) return make_fault("{} wants a number that is not negative", flag);
  return static_cast<size_t>(count);
}

}  // namespace paddock::client::shell
