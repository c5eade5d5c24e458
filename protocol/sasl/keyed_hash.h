// HMAC-SHA256: what only those can compute who know the key.
#pragma once

#include <array>
#include <string_view>

namespace paddock::sasl {

using KeyedHash = std::array<char, 32>;

KeyedHash keyed_hash(std::string_view key, std::string_view text);
// In a time that tells nothing about where they differ.
bool equal_secrets(std::string_view one, std::string_view other);

}  // namespace paddock::sasl
