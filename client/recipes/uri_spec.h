// UriSpec: where a service is reached, with places for what an instance knows of itself:
// "{scheme}://{address}:{port}/{ [ }". As Curator's UriSpec. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paddock::recipes {

struct UriSpec {
  struct Part {
    std::string value;
    bool variable = false;
    friend bool operator==(const Part&, const Part&) = default;
  };
  using Variables = std::map<std::string, std::string>;

  std::vector<Part> parts;

  // Nothing: a brace inside of braces, or one that has no other.
  static std::optional<UriSpec> parse(std::string_view text);
  // A variable that nobody knows is left out. "[" and "]" are always a brace.
  std::string build(const Variables& variables) const;
  friend bool operator==(const UriSpec&, const UriSpec&) = default;
};

}  // namespace paddock::recipes
