#include "znode/principal_name.h"

#include <algorithm>
#include <array>
#include <string>

#include "protocol/base/text.h"

namespace paddock::znode {
namespace {

constexpr auto kTypes = std::to_array<std::string_view>(
    {"C",          "CN",           "DC",       "DNQ",    "DNQUALIFIER", "EMAIL", "EMAILADDRESS",
     "GENERATION", "GIVENNAME",    "INITIALS", "IP",     "L",           "O",     "OU",
     "S",          "SERIALNUMBER", "ST",       "STREET", "SURNAME",     "T",     "UID"});

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool is_number(std::string_view text) {
  if (text.starts_with("OID.")) text.remove_prefix(4);
  const auto dots = std::count(text.begin(), text.end(), '.');
  return dots > 0 && !text.starts_with('.') && !text.ends_with('.') &&
         text.find("..") == std::string_view::npos &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_type(std::string_view text) {
  const std::string upper = to_upper(trimmed(text));
  return std::find(kTypes.begin(), kTypes.end(), upper) != kTypes.end() || is_number(upper);
}

bool is_separator(char c) {
  return c == ',' || c == ';' || c == '+';
}

// Up to the separator that is neither quoted nor behind a '\'. False: a quote is open, or nothing follows
// '\'.
bool skip_value(std::string_view& rest) {
  bool quoted = false;
  size_t i = 0;
  for (; i < rest.size() && (quoted || !is_separator(rest[i])); ++i) {
    if (rest[i] == '"') quoted = !quoted;
    if (rest[i] == '\\' && ++i == rest.size()) return false;
  }
  rest.remove_prefix(i);
  return !quoted;
}

}  // namespace

bool is_kerberos_name(std::string_view name) {
  const size_t at = name.find('@');
  if (at == std::string_view::npos) return true;
  const std::string_view principal = name.substr(0, at);
  const std::string_view realm = name.substr(at + 1);
  return realm.find_first_of("/@") == std::string_view::npos &&
         std::count(principal.begin(), principal.end(), '/') <= 1;
}

bool is_distinguished_name(std::string_view name) {
  if (trimmed(name).empty()) return true;
  while (true) {
    const size_t equals = name.find('=');
    if (equals == std::string_view::npos || !is_type(name.substr(0, equals))) return false;
    name.remove_prefix(equals + 1);
    if (!skip_value(name)) return false;
    if (name.empty()) return true;
    name.remove_prefix(1);
  }
}

}  // namespace paddock::znode
