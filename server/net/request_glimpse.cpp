#include "server/net/request_glimpse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "protocol/client/opcode.h"
#include "protocol/jute/endian.h"

namespace paddock::net {
namespace {

using client::OpCode;

constexpr size_t kHeader = 8;  // xid and type
constexpr size_t kPathShown = 200;
// Whose body begins with a path.
constexpr std::array kWithPath = {
    OpCode::create,         OpCode::remove,        OpCode::exists,
    OpCode::get_data,       OpCode::set_data,      OpCode::get_acl,
    OpCode::set_acl,        OpCode::get_children,  OpCode::create2,
    OpCode::sync,           OpCode::get_children2, OpCode::create_container,
    OpCode::create_ttl,     OpCode::check_watches, OpCode::remove_watches,
    OpCode::get_ephemerals, OpCode::add_watch,     OpCode::get_all_children_number};

std::string readable(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

}  // namespace

std::string glimpse_of(std::string_view begun) {
  if (begun.size() < kHeader) return "a request";
  const auto type = static_cast<OpCode>(jute::load_int(begun.data() + 4));
  const std::string name(client::name_of(type));
  std::string_view body = begun.substr(kHeader);
  const bool has_path = std::find(kWithPath.begin(), kWithPath.end(), type) != kWithPath.end();
  if (!has_path || body.size() < 4) return name;
  const int32_t length = jute::load_int(body.data());
  body.remove_prefix(4);
  if (length <= 0 || body.empty()) return name;
  const size_t whole = static_cast<size_t>(length);
  const size_t shown = std::min({whole, body.size(), kPathShown});
  return fmt::format("{} of {}{}", name, readable(body.substr(0, shown)), shown < whole ? "..." : "");
}

}  // namespace paddock::net
