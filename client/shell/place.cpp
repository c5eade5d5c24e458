#include "client/shell/place.h"

#include "client/shell/working_path.h"
#include "protocol/base/paths.h"

namespace paddock::client::shell {
namespace {

constexpr std::string_view kElsewhere = "zk://";
constexpr std::string_view kJson = "json:";
constexpr std::string_view kDirectory = "dir:";

}  // namespace

Result<Place> Place::parse(std::string_view text, std::string_view working) {
  Place place;
  if (text.starts_with(kJson)) {
    place = {Kind::json, {}, std::string(text.substr(kJson.size()))};
  } else if (text.starts_with(kDirectory)) {
    place = {Kind::directory, {}, std::string(text.substr(kDirectory.size()))};
  } else if (text.starts_with(kElsewhere)) {
    const std::string_view rest = text.substr(kElsewhere.size());
    const size_t slash = rest.find('/');
    place = {Kind::elsewhere, std::string(rest.substr(0, slash)),
             slash == rest.npos ? "/" : std::string(rest.substr(slash))};
    if (place.servers.empty()) return make_fault("'{}' names no server", text);
  } else {
    place.path = resolve_path(working, text);
  }
  const bool node = place.kind == Kind::here || place.kind == Kind::elsewhere;
  if (place.path.empty()) return make_fault("'{}' names no file", text);
  if (node && !is_valid_path(place.path)) return make_fault("'{}' is no path of a node", place.path);
  return place;
}

}  // namespace paddock::client::shell
