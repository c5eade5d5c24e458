// Java's Properties.load, on bytes: what Java reads as Latin-1 stays the bytes that it was, so a path in
// UTF-8 arrives as written.
#include "server/config/config.h"

namespace paddock::config {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\f';
}

bool ends_in_continuation(std::string_view line) {
  size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

std::string_view without_leading_blanks(std::string_view line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

// Natural lines end in \n, \r or \r\n.
class NaturalLines {
 public:
  explicit NaturalLines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    ++number_;
    const size_t end = rest_.find_first_of("\r\n");
    const std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      rest_ = {};
    } else {
      const bool two = rest_[end] == '\r' && end + 1 < rest_.size() && rest_[end + 1] == '\n';
      rest_.remove_prefix(end + (two ? 2 : 1));
    }
    return line;
  }
  int number() const { return number_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

void append_utf8(std::string& out, uint32_t unit) {
  if (unit < 0x80) {
    out += static_cast<char>(unit);
  } else if (unit < 0x800) {
    out += static_cast<char>(0xc0 | (unit >> 6));
    out += static_cast<char>(0x80 | (unit & 0x3f));
  } else {
    out += static_cast<char>(0xe0 | (unit >> 12));
    out += static_cast<char>(0x80 | ((unit >> 6) & 0x3f));
    out += static_cast<char>(0x80 | (unit & 0x3f));
  }
}

bool append_unicode(std::string& out, std::string_view digits) {
  if (digits.size() < 4) return false;
  uint32_t unit = 0;
  for (const char c : digits.substr(0, 4)) {
    const std::string_view hex = "0123456789abcdef";
    const size_t digit = hex.find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
    if (digit == std::string_view::npos) return false;
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  append_utf8(out, unit);
  return true;
}

Result<std::string> unescape(std::string_view text, int line) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    if (++i == text.size()) break;  // a continuation at the end of the file
    switch (text[i]) {
      case 't':
        out += '\t';
        break;
      case 'n':
        out += '\n';
        break;
      case 'r':
        out += '\r';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u':
        if (!append_unicode(out, text.substr(i + 1))) {
          return make_fault("line {}: \\u needs four hexadecimal digits", line);
        }
        i += 4;
        break;
      default:
        out += text[i];
    }
  }
  return out;
}

// Where the key of a logical line ends: at the first '=', ':' or blank that no '\' protects.
size_t end_of_key(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      ++i;
    } else if (line[i] == '=' || line[i] == ':' || is_blank(line[i])) {
      return i;
    }
  }
  return line.size();
}

Result<PropertyLine> split_logical_line(std::string_view logical, int line) {
  const size_t key_end = end_of_key(logical);
  std::string_view value = without_leading_blanks(logical.substr(key_end));
  if (!value.empty() && (value.front() == '=' || value.front() == ':')) {
    value = without_leading_blanks(value.substr(1));
  }
  auto key = unescape(logical.substr(0, key_end), line);
  if (!key) return key.fault();
  auto plain = unescape(value, line);
  if (!plain) return plain.fault();
  return PropertyLine{std::move(*key), std::move(*plain), line};
}

}  // namespace

Result<std::vector<PropertyLine>> parse_properties(std::string_view text) {
  std::vector<PropertyLine> properties;
  NaturalLines lines(text);
  while (auto natural = lines.next()) {
    const std::string_view first = without_leading_blanks(*natural);
    if (first.empty() || first.front() == '#' || first.front() == '!') continue;
    const int line = lines.number();
    std::string logical(first);
    while (ends_in_continuation(logical)) {
      auto more = lines.next();
      if (!more) break;
      logical.pop_back();
      logical += without_leading_blanks(*more);
    }
    auto property = split_logical_line(logical, line);
    if (!property) return property.fault();
    properties.push_back(std::move(*property));
  }
  return properties;
}

}  // namespace paddock::config
