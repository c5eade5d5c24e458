#include "tests/sim/reconfigurations.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "protocol/client/records.h"
#include "protocol/jute/codec.h"
#include "tests/sim/ensemble.h"

namespace paddock::sim {
namespace {

// Of a configuration's text the line that describes `server`.
std::string line_of(const zab::Membership& membership, ServerId server) {
  const std::string text = membership.to_text(), key = fmt::format("server.{}=", server.value);
  const size_t at = text.find(key);
  return text.substr(at, text.find('\n', at) - at);
}

void add_to(std::string& list, std::string_view item) {
  list += fmt::format("{}{}", list.empty() ? "" : ",", item);
}

std::string without_version(const std::string& text) {
  return text.substr(0, text.rfind("\nversion="));
}

}  // namespace

// A server that is in may go or change its role, and one that is not may come as either; voters rather come
// than go, or soon there would be none.
void Reconfigurations::change_one(zab::Membership& wanted, Changes& changes) {
  const ServerId server{1 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(knobs_.servers())))};
  const auto present = wanted.members.find(server);
  if (present != wanted.members.end() && random_.one_in(2)) {
    wanted.members.erase(present);
    add_to(changes.leaving, std::to_string(server.value));
    return;
  }
  const bool voter = present != wanted.members.end() && !present->second.observer;
  zab::Member& member = wanted.members.emplace(server, member_of(server)).first->second;
  member.observer = voter || random_.one_in(4);
  if (wanted.hierarchical && member.group == 0) member.group = 1;
  add_to(changes.joining, line_of(wanted, server));
}

int64_t Reconfigurations::from_version(int64_t current) {
  const uint64_t kind = random_.below(6);
  if (kind == 0) return current + static_cast<int64_t>(random_.below(3)) - 1;
  return kind < 3 ? current : -1;
}

Request Reconfigurations::next(const zab::Membership& current) {
  zab::Membership wanted = current;
  Changes changes;
  for (uint64_t times = random_.one_in(3) ? 1 + random_.below(3) : 1; times > 0; --times) {
    change_one(wanted, changes);
  }
  const int64_t version = from_version(current.version);
  client::ReconfigRequest request;
  request.config_id = version;
  std::string all;
  if (random_.one_in(3) || (wanted.hierarchical && !random_.one_in(4))) {
    if (random_.one_in(4)) wanted.hierarchical = false;
    all = without_version(wanted.to_text());
    if (random_.one_in(2)) std::replace(all.begin(), all.end(), '\n', ',');
    request.new_members = all;
  } else {
    if (!changes.joining.empty()) request.joining = changes.joining;
    if (!changes.leaving.empty()) request.leaving = changes.leaving;
  }
  Request made;
  made.operation = {client::OpCode::reconfig, "/zookeeper/config", false, {}};
  made.body = jute::encoded(request);
  return made;
}

}  // namespace paddock::sim
