// How values look as JSON (docs/shell.md, "Output"). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "client/shell/table.h"

namespace paddock::client::shell {

// "0x1f"
std::string hex_text(int64_t number);
// Well-formed UTF-8, so that it may stand in JSON as it is.
bool is_utf8(std::string_view bytes);

Json stat_json(const Stat& stat);
Json acl_json(const std::vector<OwnedAcl>& acl);
// Adds "data", or "base64" when it is no text. Null data: "data": null.
void put_data(Json& object, std::string_view data, bool null);

}  // namespace paddock::client::shell
