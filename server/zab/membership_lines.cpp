#include "server/zab/membership_lines.h"

#include "protocol/base/text.h"

namespace paddock::zab {
namespace {

constexpr std::string_view kVersion = "version";

std::optional<int32_t> parse_port(std::string_view text) {
  const auto number = parse_number(trim(text));
  if (!number || *number < 0 || *number > 65535) return std::nullopt;
  return static_cast<int32_t>(*number);
}

// A zxid, which is not below 0. With a sign it would be written as what nobody can read.
std::optional<int64_t> parse_version(std::string_view text) {
  const auto number = parse_number(text, 16);
  return number && *number >= 0 ? number : std::nullopt;
}

// "host:a:b:c" -> host, a, b, c; the host may be an IPv6 address in brackets.
std::vector<std::string_view> split_host_and_rest(std::string_view text) {
  text = trim(text);
  if (!text.starts_with('[')) return split(text, ':');
  const size_t close = text.find(']');
  if (close == std::string_view::npos) return {text};
  std::vector<std::string_view> parts{text.substr(1, close - 1)};
  std::string_view rest = text.substr(close + 1);
  if (!rest.starts_with(':')) return parts;
  for (const auto part : split(rest.substr(1), ':')) parts.push_back(part);
  return parts;
}

Status set_role(Member& member, std::string_view role) {
  const std::string lower = to_lower(trim(role));
  if (lower != "participant" && lower != "observer") {
    return make_fault("'{}' is no role of a server; it is participant or observer", role);
  }
  member.observer = lower == "observer";
  return ok_status();
}

Status add_address(Member& member, std::string_view text) {
  const auto parts = split_host_and_rest(text);
  if (parts.size() < 3 || parts.size() > 4 || parts[0].empty()) {
    return make_fault("'{}' is not of the form host:port:electionPort[:role]", text);
  }
  const auto quorum = parse_port(parts[1]);
  const auto election = parse_port(parts[2]);
  if (!quorum || !election) return make_fault("a port of '{}' is not a number from 0 to 65535", text);
  if (*quorum == *election) return make_fault("'{}' has one port for two purposes", text);
  member.quorum.push_back(Address{std::string(parts[0]), *quorum});
  member.election.push_back(Address{std::string(parts[0]), *election});
  return parts.size() == 4 ? set_role(member, parts[3]) : ok_status();
}

Result<Address> parse_client_address(std::string_view text) {
  const auto parts = split_host_and_rest(text);
  if (parts.empty() || parts.size() > 2) return make_fault("'{}' is not of the form [host:]port", text);
  const auto port = parse_port(parts.back());
  if (!port) return make_fault("the port of '{}' is not a number from 0 to 65535", text);
  return Address{parts.size() == 2 ? std::string(parts[0]) : "0.0.0.0", *port};
}

struct Setting {
  std::string_view key, value;
};

// A line as java.util.Properties splits it, but for escapes, which no configuration has; none of a comment.
std::optional<Setting> setting_of(std::string_view raw) {
  const std::string_view line = trim(raw);
  if (line.empty() || line.starts_with('#') || line.starts_with('!')) return std::nullopt;
  const size_t end = line.find_first_of("=: \t");
  std::string_view value = end == std::string_view::npos ? "" : trim(line.substr(end));
  if (value.starts_with('=') || value.starts_with(':')) value = trim(value.substr(1));
  return Setting{line.substr(0, end), value};
}

}  // namespace

Result<Member> parse_server_line(ServerId id, std::string_view value) {
  const auto sections = split(value, ';');
  if (sections.size() > 3) return make_fault("'{}' has more than two ';'", value);
  Member member;
  member.id = id;
  for (const auto address : split(sections[0], '|')) {
    if (auto added = add_address(member, address); !added) return added.fault();
  }
  for (size_t i = 1; i < sections.size(); ++i) {
    auto address = parse_client_address(sections[i]);
    if (!address) return address.fault();
    (i == 1 ? member.client : member.secure_client) = std::move(*address);
  }
  return member;
}

bool MembershipLines::is_mine(std::string_view key) {
  return key.starts_with("server.") || key.starts_with("group.") || key.starts_with("weight.") ||
         key == kVersion;
}

Status MembershipLines::add(std::string_view key, std::string_view value) {
  if (key == kVersion) {
    const auto version = parse_version(value);
    if (!version) return make_fault("'{}' is not a hexadecimal number from 0 on", value);
    version_ = *version;
    return ok_status();
  }
  const std::string_view name = key.substr(key.find('.') + 1);
  if (key.starts_with("group.")) return add_group(name, value);
  const auto id = parse_number(name);
  if (!id) return make_fault("'{}' is not the number of a server", name);
  if (key.starts_with("weight.")) {
    const auto weight = parse_number(value);
    if (!weight || *weight < 0) return make_fault("'{}' is no weight", value);
    weights_[ServerId{*id}] = *weight;
    return ok_status();
  }
  auto member = parse_server_line(ServerId{*id}, value);
  if (!member) return member.fault();
  members_[ServerId{*id}] = std::move(*member);
  return ok_status();
}

Status MembershipLines::add_group(std::string_view group, std::string_view members) {
  const auto number = parse_number(group);
  if (!number || *number == 0) return make_fault("'{}' is not the number of a group: any but 0", group);
  for (const auto text : split(members, ':')) {
    const auto id = parse_number(trim(text));
    if (!id) return make_fault("'{}' is not the number of a server", text);
    if (!groups_.emplace(ServerId{*id}, *number).second) {
      return make_fault("server {} is in two groups", *id);
    }
  }
  return ok_status();
}

Status MembershipLines::put_in_groups(Membership& membership) const {
  for (const auto& [id, weight] : weights_) {
    const auto member = membership.members.find(id);
    if (member == membership.members.end()) return make_fault("weight.{} names no server", id.value);
    member->second.weight = weight;
  }
  for (const auto& [id, group] : groups_) {
    const auto member = membership.members.find(id);
    if (member == membership.members.end()) return make_fault("group.{} names no server {}", group, id.value);
    member->second.group = group;
  }
  for (const auto& [id, member] : membership.members) {
    if (!member.observer && !groups_.contains(id)) {
      return make_fault("server.{} is in no group, although there are groups or weights", id.value);
    }
  }
  return ok_status();
}

Result<Membership> MembershipLines::finish() const {
  Membership membership;
  membership.members = members_;
  membership.version = version_;
  membership.hierarchical = !groups_.empty() || !weights_.empty();
  if (membership.hierarchical) {
    if (auto grouped = put_in_groups(membership); !grouped) return grouped.fault();
  }
  return membership;
}

Result<Membership> parse_membership(std::string_view text) {
  MembershipLines lines;
  for (const std::string_view raw : split(text, '\n')) {
    const auto setting = setting_of(raw);
    if (!setting) continue;
    const auto [key, value] = *setting;
    if (!MembershipLines::is_mine(key)) return make_fault("'{}' does not belong into a configuration", key);
    if (auto added = lines.add(key, value); !added) return added.fault();
  }
  return lines.finish();
}

// From the end, where everybody writes it, so that one line is read.
int64_t version_in(std::string_view text) {
  for (size_t end = text.size();;) {
    const size_t newline = text.substr(0, end).rfind('\n');
    const size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const auto setting = setting_of(text.substr(begin, end - begin));
    if (setting && setting->key == kVersion) return parse_version(setting->value).value_or(0);
    if (begin == 0) return 0;
    end = newline;
  }
}

}  // namespace paddock::zab
