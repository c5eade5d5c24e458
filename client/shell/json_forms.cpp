#include "client/shell/json_forms.h"

#include "client/shell/base64.h"
#include "client/shell/text_forms.h"

namespace paddock::client::shell {
namespace {

// Length of the well-formed sequence in front; 0 when there is none. Table 3-7 of the Unicode standard.
size_t sequence_length(std::string_view bytes) {
  const auto at = [&](size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
  const auto follows = [&](size_t i) { return (at(i) & 0xC0) == 0x80; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && at(1) < 0xA0;
    const bool surrogate = first == 0xED && at(1) > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && at(1) < 0x90;
    const bool beyond = first == 0xF4 && at(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string hex_text(int64_t number) {
  return fmt::format("0x{:x}", static_cast<uint64_t>(number));
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

Json stat_json(const Stat& stat) {
  return {{"czxid", hex_text(stat.czxid)},
          {"ctime", stat.ctime},
          {"mzxid", hex_text(stat.mzxid)},
          {"mtime", stat.mtime},
          {"pzxid", hex_text(stat.pzxid)},
          {"cversion", stat.cversion},
          {"version", stat.version},
          {"aversion", stat.aversion},
          {"ephemeralOwner", hex_text(stat.ephemeral_owner)},
          {"dataLength", stat.data_length},
          {"numChildren", stat.num_children}};
}

Json acl_json(const std::vector<OwnedAcl>& acl) {
  Json list = Json::array();
  for (const OwnedAcl& entry : acl) {
    list.push_back({{"scheme", entry.scheme}, {"id", entry.id}, {"perms", permission_letters(entry.perms)}});
  }
  return list;
}

void put_data(Json& object, std::string_view data, bool null) {
  if (null) {
    object["data"] = nullptr;
  } else if (is_utf8(data)) {
    object["data"] = data;
  } else {
    object["base64"] = base64(data);
  }
}

}  // namespace paddock::client::shell
