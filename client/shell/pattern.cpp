#include "client/shell/pattern.h"

namespace paddock::client::shell {
namespace {

// Text as an expression that matches just this.
std::string escaped(std::string_view text) {
  std::string expression;
  for (const char c : text) {
    if (std::string_view("\\^$.[]|()*+?{}").find(c) != std::string_view::npos) expression += '\\';
    expression += c;
  }
  return expression;
}

struct FreeRegex {
  void operator()(regex_t* regex) const {
    ::regfree(regex);
    delete regex;
  }
};

}  // namespace

Result<Pattern> Pattern::compile(const std::string& text, bool fixed, bool ignore_case) {
  auto regex = std::make_unique<regex_t>();
  const int flags = REG_EXTENDED | (ignore_case ? REG_ICASE : 0);
  const int err = ::regcomp(regex.get(), (fixed ? escaped(text) : text).c_str(), flags);
  if (err != 0) {
    char reason[200];
    ::regerror(err, regex.get(), reason, sizeof reason);
    return make_fault("'{}': {}", text, reason);
  }
  Pattern pattern;
  pattern.regex_ = std::shared_ptr<regex_t>(regex.release(), FreeRegex());
  return pattern;
}

bool Pattern::matches(std::string_view bytes) const {
  regmatch_t range[1];
  range[0].rm_so = 0;
  range[0].rm_eo = static_cast<regoff_t>(bytes.size());
  return ::regexec(regex_.get(), bytes.data(), 1, range, REG_STARTEND) == 0;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  return lines;
}

}  // namespace paddock::client::shell
