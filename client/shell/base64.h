// Base64, RFC 4648: with padding, without line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paddock::client::shell {

std::string base64(std::string_view bytes);
// Nothing for anything that base64() would not have written.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace paddock::client::shell
