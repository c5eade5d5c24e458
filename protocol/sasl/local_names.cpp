#include "protocol/sasl/local_names.h"

#include <algorithm>
#include <boost/regex.hpp>
#include <stdexcept>

#include "protocol/base/text.h"

namespace paddock::sasl {
namespace {

constexpr size_t kMaxName = 1024;
// The library gives up after about as many steps as the name has bytes, times the square of this.
constexpr size_t kMaxExpression = 256;
constexpr auto kAsJava = boost::match_not_dot_newline;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Piece {
  std::string text;
  int group = -1;  // -1: the text
};
using Template = std::vector<Piece>;

}  // namespace

struct LocalNameRules::Rule {
  bool is_default = false;
  size_t parts = 0;
  Template format;
  std::optional<boost::regex> match;
  std::optional<boost::regex> from;
  Template to;
  bool repeat = false;
  bool lower = false;

  // `names`: realm, service, and the host if there is one. Throws if an expression takes too long.
  std::optional<std::string> apply(const std::vector<std::string>& names) const;
  std::string replaced(const std::string& base) const;
};

class LocalNameRuleParser {
 public:
  explicit LocalNameRuleParser(std::string_view text) : rest_(text) {}

  Result<LocalNameRules> all() {
    std::vector<Rule> rules;
    while (!(rest_ = trim(rest_)).empty()) {
      const std::string_view begin = rest_;
      auto rule = one();
      if (!rule) return make_fault("'{}': {}", begin, rule.fault().message);
      rules.push_back(std::move(*rule));
    }
    LocalNameRules made;
    made.rules_ = std::make_shared<const std::vector<Rule>>(std::move(rules));
    return made;
  }

 private:
  using Rule = LocalNameRules::Rule;

  Result<Rule> one() {
    Rule rule;
    if (took("DEFAULT")) {
      rule.is_default = true;
      return rule;
    }
    if (!took("RULE:[")) return make_fault("a rule is DEFAULT, or begins with RULE:[");
    const auto count = parse_number(until(":"));
    if (!count || *count < 0 || *count > 2) return make_fault("RULE:[n: takes 0, 1 or 2 parts of a name");
    rule.parts = static_cast<size_t>(*count);
    auto format = format_of(until("]"), rule.parts);
    if (!format) return format.fault();
    rule.format = std::move(*format);
    if (auto status = pattern(rule); !status) return status.fault();
    if (auto status = substitution(rule); !status) return status.fault();
    rule.lower = took("/L") || took("L");
    if (broken_) return make_fault("it ends too soon");
    return rule;
  }

  bool took(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // What stands before the next `end`, which is taken, too.
  std::string_view until(std::string_view end) {
    const size_t found = rest_.find(end);
    if (found == std::string_view::npos) broken_ = true;
    const std::string_view text = rest_.substr(0, found);
    rest_.remove_prefix(std::min(rest_.size(), text.size() + end.size()));
    return text;
  }

  static Result<boost::regex> regex(std::string_view text) {
    if (text.size() > kMaxExpression)
      return make_fault("an expression of {} characters (up to {})", text.size(), kMaxExpression);
    try {
      return boost::regex(std::string(text), boost::regex::perl);
    } catch (const std::runtime_error& error) {
      return make_fault("the expression '{}': {}", text, error.what());
    }
  }

  Status pattern(Rule& rule) {
    if (!took("(")) return ok_status();
    auto made = regex(until(")"));
    if (!made) return made.fault();
    rule.match = std::move(*made);
    return ok_status();
  }

  Status substitution(Rule& rule) {
    if (!took("s/")) return ok_status();
    auto made = regex(until("/"));
    if (!made) return made.fault();
    rule.from = std::move(*made);
    auto to = replacement(until("/"), rule.from->mark_count());
    if (!to) return to.fault();
    rule.to = std::move(*to);
    rule.repeat = took("g");
    return ok_status();
  }

  static Result<Template> format_of(std::string_view text, size_t parts) {
    Template made(1);
    while (!text.empty()) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c != '$') {
        made.back().text += c;
        continue;
      }
      const size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
      const auto number = parse_number(text.substr(0, end));
      if (end == 0 || !number || *number > static_cast<int64_t>(parts))
        return make_fault("${} is no part of a name of {}", text.substr(0, end), parts);
      made.push_back({{}, static_cast<int>(*number)});
      made.emplace_back();
      text.remove_prefix(end);
    }
    return made;
  }

  // As Matcher.replaceAll() reads it: \c is c, and $n takes digits as long as there is such a group.
  static Result<Template> replacement(std::string_view text, size_t groups) {
    Template made(1);
    while (!text.empty()) {
      const char c = text.front();
      text.remove_prefix(1);
      if (c != '\\' && c != '$') {
        made.back().text += c;
        continue;
      }
      if (text.empty()) return make_fault("a replacement ends with {}", c);
      if (c == '\\') {
        made.back().text += text.front();
        text.remove_prefix(1);
        continue;
      }
      size_t group = 0;
      if (!take_group(text, groups, group))
        return make_fault("a replacement names a group that is not there");
      made.push_back({{}, static_cast<int>(group)});
      made.emplace_back();
    }
    return made;
  }

  static bool take_group(std::string_view& text, size_t groups, size_t& group) {
    if (!is_digit(text.front())) return false;
    group = static_cast<size_t>(text.front() - '0');
    text.remove_prefix(1);
    while (!text.empty() && is_digit(text.front())) {
      const size_t longer = group * 10 + static_cast<size_t>(text.front() - '0');
      if (longer > groups) break;
      group = longer;
      text.remove_prefix(1);
    }
    return group <= groups;
  }

  std::string_view rest_;
  bool broken_ = false;
};

Result<LocalNameRules> LocalNameRules::parse(std::string_view text) {
  return LocalNameRuleParser(text).all();
}

std::string LocalNameRules::Rule::replaced(const std::string& base) const {
  std::string result;
  auto copied = base.begin();
  for (boost::sregex_iterator found(base.begin(), base.end(), *from, kAsJava), end; found != end; ++found) {
    result.append(copied, (*found)[0].first);
    for (const Piece& piece : to) result += piece.group < 0 ? piece.text : (*found)[piece.group].str();
    copied = (*found)[0].second;
    if (!repeat) break;
  }
  return result.append(copied, base.end());
}

std::optional<std::string> LocalNameRules::Rule::apply(const std::vector<std::string>& names) const {
  if (names.size() - 1 != parts) return std::nullopt;
  std::string base;
  for (const Piece& piece : format) {
    base += piece.group < 0 ? piece.text : names[static_cast<size_t>(piece.group)];
  }
  if (match && !boost::regex_match(base, *match, kAsJava)) return std::nullopt;
  if (from) base = replaced(base);
  return lower ? to_lower(base) : base;
}

std::optional<std::string> LocalNameRules::short_name(const KerberosName& name,
                                                      std::string_view default_realm) const {
  if (!name.host && !name.realm) return name.service;
  if (!rules_) return std::nullopt;
  std::vector<std::string> parts = {name.realm.value_or(""), name.service};
  if (name.host) parts.push_back(*name.host);
  for (const Rule& rule : *rules_) {
    std::optional<std::string> made;
    if (rule.is_default) {
      if (parts[0] == default_realm) made = name.service;
    } else {
      try {
        made = rule.apply(parts);
      } catch (const std::runtime_error&) {
        return std::nullopt;  // an expression that takes too long for this name
      }
    }
    if (!made) continue;
    if (made->find_first_of("/@") != std::string::npos) return std::nullopt;
    return made;
  }
  return std::nullopt;
}

std::optional<std::string> LocalNames::id_of(std::string_view authenticated) const {
  const auto name = KerberosName::parse(authenticated);
  if (!name || authenticated.size() > kMaxName) return std::nullopt;
  auto id = rules.short_name(*name, default_realm);
  if (!id) return std::string(authenticated);
  if (name->host && !remove_host) *id += "/" + *name->host;
  if (name->realm && !remove_realm) *id += "@" + *name->realm;
  return id;
}

}  // namespace paddock::sasl
