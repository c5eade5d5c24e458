#include "protocol/base/text.h"
#include "server/config/atomic_file.h"
#include "server/config/config.h"
#include "server/config/validate.h"
#include "server/zab/membership_lines.h"

namespace paddock::config {
namespace {

struct Options {
  std::vector<std::string> defines;
  std::vector<std::string> others;
};

Options separate(const std::vector<std::string>& words) {
  Options options;
  for (const std::string& word : words) {
    if (word.starts_with("-D")) {
      options.defines.push_back(word.substr(2));
    } else {
      options.others.push_back(word);
    }
  }
  return options;
}

// zoo.cfg.dynamic.100000003 -> version 0x100000003, as Java names these files.
int64_t version_of_file_name(const std::string& path) {
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos) return 0;
  return parse_number(std::string_view(path).substr(dot + 1), 16).value_or(0);
}

Status read_dynamic_file(Config& config, const std::string& file, const std::string& path) {
  auto text = read_file(path);
  if (!text) return make_fault("{}: dynamicConfigFile: {}", file, text.fault().message);
  auto lines = parse_properties(*text);
  if (!lines) return make_fault("{}, {}", path, lines.fault().message);
  zab::MembershipLines ensemble;
  for (const PropertyLine& line : *lines) {
    const std::string_view key = trim(line.key);
    if (!zab::MembershipLines::is_mine(key)) {
      return make_fault("{}:{}: {} does not belong into a dynamic configuration", path, line.line, key);
    }
    if (auto added = ensemble.add(key, trim(line.value)); !added) {
      return make_fault("{}:{}: {}: {}", path, line.line, key, added.fault().message);
    }
  }
  auto membership = ensemble.finish();
  if (!membership) return make_fault("{}: {}", path, membership.fault().message);
  config.membership = std::move(*membership);
  if (config.membership.version == 0) config.membership.version = version_of_file_name(path);
  return validate(config, file, false);
}

Status read_myid(Config& config) {
  const std::string path = config.data_dir + "/myid";
  auto text = read_file(path);
  if (!text) {
    return make_fault("{}; in an ensemble it holds the N of this server's own server.N line",
                      text.fault().message);
  }
  const std::string_view first = split(*text, '\n')[0];
  const auto id = parse_number(first.ends_with('\r') ? first.substr(0, first.size() - 1) : first);
  if (!id) return make_fault("{}: '{}' is not a number without blanks", path, first);
  if (!config.membership.members.contains(ServerId{*id})) {
    return make_fault("{}: there is no server.{} line for myid {}", path, *id, *id);
  }
  if (config.flag("extendedTypesEnabled", false) && *id > 254) {
    return make_fault("{}: with extendedTypesEnabled myid is at most 254, this is {}", path, *id);
  }
  config.server_id = *id;
  return ok_status();
}

Status take_address(const std::optional<zab::Address>& own, ServerId id, const std::string& file,
                    const char* key, int32_t& port, std::string& host) {
  if (!own) return ok_status();
  if (port >= 0 && port != own->port) {
    return make_fault("{}: {} is {}, but the line of server.{} says {}", file, key, port, id.value,
                      own->port);
  }
  port = own->port;
  if (host.empty() && own->host != "0.0.0.0") host = own->host;
  return ok_status();
}

// The client addresses of this server's own line count where zoo.cfg gives none.
Status take_client_addresses(Config& config, const std::string& file) {
  const auto own = config.is_standalone() ? config.membership.members.begin()
                                          : config.membership.members.find(ServerId{config.server_id});
  if (own == config.membership.members.end()) return ok_status();
  const auto& [id, member] = *own;
  auto taken =
      take_address(member.client, id, file, "clientPort", config.client_port, config.client_port_address);
  if (!taken) return taken;
  return take_address(member.secure_client, id, file, "secureClientPort", config.secure_client_port,
                      config.secure_client_port_address);
}

Result<Config> load_file(const std::string& path, const std::vector<std::string>& defines) {
  auto text = read_file(path);
  if (!text) return text.fault();
  auto config = parse_config(*text, path, defines);
  if (!config) return config;
  config->file = path;
  if (const auto dynamic = config->property("dynamicConfigFile")) {
    if (auto read = read_dynamic_file(*config, path, *dynamic); !read) return read.fault();
  }
  if (config->membership.members.empty()) return config;
  if (!config->is_standalone()) {
    if (auto read = read_myid(*config); !read) return read.fault();
  }
  if (auto taken = take_client_addresses(*config, path); !taken) return taken.fault();
  return config;
}

// PORT DATADIR [TICKTIME [MAXCNXNS]], as if they stood in a file.
Result<Config> load_short_form(const std::vector<std::string>& words,
                               const std::vector<std::string>& defines) {
  static constexpr std::string_view kKeys[] = {"clientPort", "dataDir", "tickTime", "maxClientCnxns"};
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i != 1) text += fmt::format("{}={}\n", kKeys[i], words[i]);
  }
  // The path is set behind the parser, which would take a '\' in it for an escape.
  auto parsed = parse_config(text + "dataDir=x\n", "command line", defines);
  if (!parsed) return parsed;
  parsed->data_dir = parsed->data_log_dir = words[1];
  return parsed;
}

}  // namespace

std::vector<std::string> split_options(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
      continue;
    }
    inside = true;
    if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      word += line[++i];
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (inside) words.push_back(std::move(word));
  return words;
}

Result<Config> load_config(const CommandLine& command_line) {
  std::vector<std::string> defines = separate(split_options(command_line.server_jvm_flags)).defines;
  const Options own = separate(command_line.arguments);
  defines.insert(defines.end(), own.defines.begin(), own.defines.end());
  for (const std::string& word : own.others) {
    if (word.starts_with('-')) return make_fault("'{}' is not an option", word);
  }
  if (own.others.empty()) return make_fault("neither a zoo.cfg nor PORT DATADIR was given");
  if (own.others.size() == 1) return load_file(own.others[0], defines);
  if (own.others.size() > 4) return make_fault("too many arguments behind PORT DATADIR TICKTIME MAXCNXNS");
  return load_short_form(own.others, defines);
}

}  // namespace paddock::config
