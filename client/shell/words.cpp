#include "client/shell/words.h"

namespace paddock::client::shell {

Result<std::vector<Word>> split_words(std::string_view line) {
  std::vector<Word> words;
  bool inside = false;
  char quote = '\0';
  for (const char c : line) {
    if (quote == '\0' && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
      words.back().quoted = true;
    } else if (c == quote) {
      quote = '\0';
    } else {
      words.back().text.push_back(c);
    }
  }
  if (quote != '\0') return make_fault("the quote {} is not closed", quote);
  return words;
}

std::vector<std::vector<Word>> split_at_semicolons(const std::vector<Word>& words) {
  std::vector<std::vector<Word>> parts(1);
  for (Word word : words) {
    const bool cut = !word.quoted && word.text.ends_with(';');
    if (cut) word.text.pop_back();
    if (!word.text.empty() || word.quoted) parts.back().push_back(std::move(word));
    if (cut) parts.emplace_back();
  }
  std::erase_if(parts, [](const auto& part) { return part.empty(); });
  return parts;
}

}  // namespace paddock::client::shell
