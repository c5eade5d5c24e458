#include "server/config/jaas.h"

#include <algorithm>
#include <optional>

#include "server/config/atomic_file.h"

namespace paddock::config {
namespace {

struct Token {
  enum class Kind { word, mark, end, broken };
  Kind kind = Kind::end;
  std::string text;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool is_mark(char c) {
  return c == '{' || c == '}' || c == ';' || c == '=';
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int line() const { return line_; }
  Token next() {
    if (!skip()) return {Token::Kind::broken, "a comment is not closed"};
    if (rest_.empty()) return {};
    const char first = rest_.front();
    if (is_mark(first)) {
      advance(1);
      return {Token::Kind::mark, std::string(1, first)};
    }
    return first == '"' ? quoted() : word();
  }

 private:
  void advance(size_t count) {
    line_ += static_cast<int>(std::count(rest_.begin(), rest_.begin() + static_cast<ptrdiff_t>(count), '\n'));
    rest_.remove_prefix(count);
  }
  void advance_to(size_t end) { advance(std::min(end, rest_.size())); }

  // Blanks and comments. False: a comment is not closed.
  bool skip() {
    while (!rest_.empty()) {
      if (is_blank(rest_.front())) {
        advance(1);
      } else if (rest_.front() == '#' || rest_.starts_with("//")) {
        advance_to(rest_.find('\n'));
      } else if (rest_.starts_with("/*")) {
        const size_t end = rest_.find("*/", 2);
        if (end == std::string_view::npos) return false;
        advance(end + 2);
      } else {
        return true;
      }
    }
    return true;
  }

  Token quoted() {
    std::string value;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        advance(i + 1);
        return {Token::Kind::word, std::move(value)};
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      value += rest_[i];
    }
    return {Token::Kind::broken, "a quote is not closed"};
  }

  Token word() {
    size_t end = 0;
    while (end < rest_.size() && !is_blank(rest_[end]) && !is_mark(rest_[end]) && rest_[end] != '"') ++end;
    Token token{Token::Kind::word, std::string(rest_.substr(0, end))};
    advance(end);
    return token;
  }

  std::string_view rest_;
  int line_ = 1;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text) { take(); }

  Result<LoginSections> file() {
    LoginSections sections;
    while (token_.kind != Token::Kind::end && !fault_) {
      std::string name = word("the name of a section");
      expect("{");
      std::vector<LoginModule> modules;
      while (!at("}") && !fault_) modules.push_back(module());
      expect("}");
      if (at(";")) take();
      if (!fault_ && !sections.emplace(std::move(name), std::move(modules)).second)
        fail("a section that is there already");
    }
    if (fault_) return *fault_;
    return sections;
  }

 private:
  void take() {
    token_ = scanner_.next();
    if (token_.kind == Token::Kind::broken) fail(token_.text);
  }
  bool at(std::string_view mark) const { return token_.kind == Token::Kind::mark && token_.text == mark; }
  void fail(std::string_view what) {
    if (!fault_) fault_ = make_fault("line {}: {}", scanner_.line(), what);
  }
  void expect(std::string_view mark) {
    if (!at(mark)) return fail(fmt::format("'{}' is missing", mark));
    take();
  }
  std::string word(std::string_view what) {
    if (token_.kind != Token::Kind::word) {
      fail(fmt::format("{} is missing", what));
      return {};
    }
    std::string text = std::move(token_.text);
    take();
    return text;
  }
  LoginModule module() {
    LoginModule module{word("a login module"), {}};
    word("required, requisite, sufficient or optional");
    while (!at(";") && !fault_) {
      std::string key = word("a key");
      expect("=");
      module.options[std::move(key)] = word("a value");
    }
    expect(";");
    return module;
  }

  Scanner scanner_;
  Token token_;
  std::optional<Fault> fault_;
};

}  // namespace

Result<LoginSections> parse_jaas(std::string_view text) {
  return Parser(text).file();
}

Result<LoginSections> load_jaas(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return make_fault("java.security.auth.login.config: {}", text.fault().message);
  auto sections = parse_jaas(*text);
  if (!sections) return make_fault("{}, {}", path, sections.fault().message);
  return sections;
}

}  // namespace paddock::config
