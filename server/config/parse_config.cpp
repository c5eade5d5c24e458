#include <algorithm>
#include <limits>

#include "protocol/base/text.h"
#include "server/config/config.h"
#include "server/config/known_keys.h"
#include "server/config/validate.h"
#include "server/zab/membership_lines.h"

namespace paddock::config {
namespace {

struct NumberField {
  std::string_view key;
  int32_t Config::*field;
  int64_t least;
  int64_t most;
};
constexpr int64_t kIntMax = std::numeric_limits<int32_t>::max();
constexpr auto kNumberFields = std::to_array<NumberField>({
    {"clientPort", &Config::client_port, 0, 65535},
    {"secureClientPort", &Config::secure_client_port, 0, 65535},
    {"tickTime", &Config::tick_ms, 1, kIntMax},
    {"initLimit", &Config::init_limit_ticks, 0, kIntMax},
    {"syncLimit", &Config::sync_limit_ticks, 0, kIntMax},
    {"maxClientCnxns", &Config::max_client_connections, 0, kIntMax},
    {"minSessionTimeout", &Config::min_session_timeout_ms, -1, kIntMax},
    {"maxSessionTimeout", &Config::max_session_timeout_ms, -1, kIntMax},
    {"clientPortListenBacklog", &Config::client_port_listen_backlog, -1, kIntMax},
});

struct TextField {
  std::string_view key;
  std::string Config::*field;
};
constexpr auto kTextFields = std::to_array<TextField>({
    {"clientPortAddress", &Config::client_port_address},
    {"secureClientPortAddress", &Config::secure_client_port_address},
    {"dataDir", &Config::data_dir},
    {"dataLogDir", &Config::data_log_dir},
});

struct FlagField {
  std::string_view key;
  bool Config::*field;
};
constexpr auto kFlagFields = std::to_array<FlagField>({
    {"standaloneEnabled", &Config::standalone_enabled},
    {"reconfigEnabled", &Config::reconfig_enabled},
});

template <class Table>
auto find_field(const Table& table, std::string_view key) {
  return std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.key == key; });
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "true") return true;
  if (lower == "false") return false;
  return std::nullopt;
}

Status check_kind(ValueKind kind, std::string_view value) {
  if (kind == ValueKind::number && !parse_number(value)) return make_fault("'{}' is not a number", value);
  if (kind == ValueKind::boolean && !parse_boolean(value)) {
    return make_fault("'{}' is neither true nor false", value);
  }
  return ok_status();
}

Status check_meaning(std::string_view key, std::string_view value) {
  if (key == "electionAlg" && value != "3") {
    return make_fault("'{}' is not supported; the only election algorithm left is 3", value);
  }
  if (key == "peerType" && value != "participant" && value != "observer") {
    return make_fault("'{}' is no type of a server; it is participant or observer", value);
  }
  return ok_status();
}

// Sets a field of Config if `key` has one; `mine` says whether it has.
Status set_field(Config& config, std::string_view key, std::string_view value, bool& mine) {
  mine = true;
  if (const auto number = find_field(kNumberFields, key); number != kNumberFields.end()) {
    const auto parsed = parse_number(value);
    if (!parsed || *parsed < number->least || *parsed > number->most) {
      return make_fault("'{}' is not a number from {} to {}", value, number->least, number->most);
    }
    config.*(number->field) = static_cast<int32_t>(*parsed);
  } else if (const auto text = find_field(kTextFields, key); text != kTextFields.end()) {
    config.*(text->field) = std::string(value);
  } else if (const auto flag = find_field(kFlagFields, key); flag != kFlagFields.end()) {
    const auto parsed = parse_boolean(value);
    if (!parsed) return make_fault("'{}' is neither true nor false", value);
    config.*(flag->field) = *parsed;
  } else {
    mine = false;
  }
  return ok_status();
}

// One line of zoo.cfg. Whatever is wrong with it is told without file and line; the caller knows them.
Status apply_line(Config& config, zab::MembershipLines& ensemble, const PropertyLine& line,
                  const std::string& source) {
  const std::string_view key = trim(line.key);
  const std::string_view value = trim(line.value);
  bool mine = false;
  if (auto set = set_field(config, key, value, mine); !set || mine) return set;
  if (zab::MembershipLines::is_mine(key)) return ensemble.add(key, value);
  ValueKind kind = ValueKind::text;
  if (parser_key(key, kind)) {
    if (auto right = check_kind(kind, value); !right) return right;
    if (auto right = check_meaning(key, value); !right) return right;
  } else if (key != "dynamicConfigFile" && !is_known_key(key)) {
    config.unknown_keys.emplace_back(key);
  }
  config.properties[std::string(key)] = {kind == ValueKind::boolean ? to_lower(value) : std::string(value),
                                         source};
  return ok_status();
}

// Of a key that is given twice the last line counts, as in a Java properties file.
std::vector<PropertyLine> last_of_each(const std::vector<PropertyLine>& lines) {
  std::vector<PropertyLine> kept;
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    const auto same = [&](const PropertyLine& later) { return trim(later.key) == trim(line->key); };
    if (std::none_of(line + 1, lines.end(), same)) kept.push_back(*line);
  }
  return kept;
}

void apply_defines(Config& config, const std::vector<std::string>& defines) {
  for (const std::string& define : defines) {
    const size_t equals = define.find('=');
    std::string name = define.substr(0, equals);
    if (name.starts_with("zookeeper.")) name.erase(0, std::string_view("zookeeper.").size());
    std::string value = equals == std::string::npos ? "" : define.substr(equals + 1);
    config.properties[name] = {std::move(value), "-D option"};
  }
}

void set_whitelist(Config& config) {
  const auto list = config.property("4lw.commands.whitelist");
  if (!list) return;
  config.four_letter_whitelist.clear();
  for (const auto word : parts_of(*list, ',')) config.four_letter_whitelist.emplace_back(word);
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& file,
                            const std::vector<std::string>& defines) {
  auto lines = parse_properties(text);
  if (!lines) return make_fault("{}, {}", file, lines.fault().message);
  Config config;
  zab::MembershipLines ensemble;
  const bool dynamic = std::any_of(lines->begin(), lines->end(),
                                   [](const auto& line) { return trim(line.key) == "dynamicConfigFile"; });
  for (const PropertyLine& line : last_of_each(*lines)) {
    const std::string source = fmt::format("{}:{}", file, line.line);
    if (dynamic && zab::MembershipLines::is_mine(trim(line.key)) && trim(line.key) != "version") {
      return make_fault("{}: {} must be in the file that dynamicConfigFile names", source, line.key);
    }
    if (auto applied = apply_line(config, ensemble, line, source); !applied) {
      return make_fault("{}: {}: {}", source, trim(line.key), applied.fault().message);
    }
  }
  apply_defines(config, defines);
  set_whitelist(config);
  auto membership = ensemble.finish();
  if (!membership) return make_fault("{}: {}", file, membership.fault().message);
  config.membership = std::move(*membership);
  if (config.data_log_dir.empty()) config.data_log_dir = config.data_dir;
  if (auto valid = validate(config, file, dynamic); !valid) return valid.fault();
  return config;
}

}  // namespace paddock::config
