#include "client/recipes/uri_spec.h"

namespace paddock::recipes {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

std::optional<UriSpec> UriSpec::parse(std::string_view text) {
  UriSpec spec;
  bool inside = false;
  while (!text.empty()) {
    const size_t brace = text.find_first_of("{}");
    const std::string_view token = text.substr(0, brace);
    if (!token.empty()) spec.parts.push_back({std::string(inside ? trimmed(token) : token), inside});
    if (brace == std::string_view::npos) break;
    const bool opens = text[brace] == '{';
    if (opens == inside) return std::nullopt;
    inside = opens;
    text.remove_prefix(brace + 1);
  }
  if (inside) return std::nullopt;
  return spec;
}

std::string UriSpec::build(const Variables& variables) const {
  std::string uri;
  for (const Part& part : parts) {
    const auto found = variables.find(part.value);
    if (!part.variable) {
      uri += part.value;
    } else if (found != variables.end()) {
      uri += found->second;
    } else if (part.value == "[" || part.value == "]") {
      uri += part.value == "[" ? "{" : "}";
    }
  }
  return uri;
}

}  // namespace paddock::recipes
