// config and reconfig: who belongs to the ensemble.
#include <charconv>
#include <fstream>

#include "client/shell/config_text.h"
#include "client/shell/ensemble.h"
#include "client/shell/json_forms.h"
#include "client/shell/shell.h"
#include "client/shell/text_forms.h"
#include "protocol/jute/codec.h"

namespace paddock::client::shell {
namespace {

Json config_json(std::string_view text) {
  const ConfigText config = ConfigText::parse(text);
  Json servers = Json::array();
  for (const ConfigServer& server : config.servers) {
    const Json client = server.client ? Json(to_string(*server.client)) : Json();
    servers.push_back({{"id", server.id}, {"host", server.host}, {"role", server.role}, {"client", client}});
  }
  return {{"version", config.version}, {"servers", servers}};
}

// `head` stands in front of the plain text only.
void show_config(Shell& shell, std::string_view head, const NodeData& node, bool with_stat) {
  std::string text = std::string(head) + node.data;
  Json document = config_json(node.data);
  if (with_stat) {
    text += '\n' + stat_text(node.stat);
    document["stat"] = stat_json(node.stat);
  }
  shell.out().show(text, document);
}

ExitCode config(Shell& shell, const Arguments& arguments) {
  const bool watch = arguments.has("-w");
  const bool chrooted = shell.options().servers.find('/') != std::string::npos;
  if (watch && chrooted) return shell.wrong_usage("config: -w needs a connection without a chroot");
  const auto node = watch ? shell.zk().get(kConfigPath, true) : read_config(shell);
  if (!node) return shell.refuse(node.err, kConfigPath);
  if (!arguments.has("-c")) {
    show_config(shell, "", node.value, arguments.has("-s"));
    return ExitCode::ok;
  }
  const ConfigText parsed = ConfigText::parse(node.value.data);
  Json addresses = Json::array();
  for (const HostPort& address : parsed.client_addresses()) addresses.push_back(to_string(address));
  shell.out().show(parsed.client_text(), {{"version", parsed.version}, {"clients", addresses}});
  return ExitCode::ok;
}

// The file of a dynamic configuration, or its servers as they stand in zoo.cfg.
Result<std::string> members_of(const std::string& file) {
  std::ifstream input(file);
  if (!input) return make_fault("reconfig: cannot read {}", file);
  std::string members;
  std::string line;
  while (std::getline(input, line)) {
    const size_t first = line.find_first_not_of(" \t");
    if (first == line.npos || !std::string_view(line).substr(first).starts_with("server.")) continue;
    members += (members.empty() ? "" : ",") + line.substr(first);
  }
  if (members.empty()) return make_fault("reconfig: there is no server.N=... in {}", file);
  return members;
}

// As the servers write versions: hexadecimal, with or without 0x. Without the flag: any.
Result<int64_t> version_of_config(const Arguments& arguments) {
  if (!arguments.has("-v")) return int64_t{-1};
  const std::string given = arguments.text("-v");
  const std::string_view digits = std::string_view(given).substr(given.starts_with("0x") ? 2 : 0);
  int64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version, 16);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) {
    return make_fault("reconfig: -v wants the version as `config` prints it, not '{}'", given);
  }
  return version;
}

Status check_modes(const Arguments& arguments) {
  const bool whole = arguments.has("-file") || arguments.has("-members");
  const bool parts = arguments.has("-add") || arguments.has("-remove");
  if (whole && parts) return make_fault("reconfig: -file and -members do not go with -add and -remove");
  if (arguments.has("-file") && arguments.has("-members")) {
    return make_fault("reconfig: -file and -members exclude each other");
  }
  if (!whole && !parts) return make_fault("reconfig: say what to change: -add, -remove, -members or -file");
  return ok_status();
}

ExitCode reconfig(Shell& shell, const Arguments& arguments) {
  if (const auto modes = check_modes(arguments); !modes) return shell.wrong_usage(modes.fault().message);
  const auto version = version_of_config(arguments);
  if (!version) return shell.wrong_usage(version.fault().message);
  std::string members = arguments.text("-members");
  if (arguments.has("-file")) {
    const auto read = members_of(arguments.text("-file"));
    if (!read) return shell.wrong_usage(read.fault().message);
    members = read.value();
  }
  const std::string joining = arguments.text("-add");
  const std::string leaving = arguments.text("-remove");
  const auto text = [](const std::string& value) { return value.empty() ? Text() : Text(value); };
  const ReconfigRequest request{text(joining), text(leaving), text(members), version.value()};
  const auto node = ask_for_config(shell, OpCode::reconfig, jute::encoded(request));
  if (!node) return shell.refuse(node.err, kConfigPath);
  show_config(shell, "Committed new configuration:\n", node.value, arguments.has("-s"));
  return ExitCode::ok;
}

constexpr FlagSpec kStatFlag{"-s", "", "print the stat as well"};

}  // namespace

Family cluster_commands() {
  return {"Ensemble",
          {{
               .name = "config",
               .summary = "print the configuration of the ensemble",
               .flags = {{"-c", "", "only its version and where clients connect"},
                         {"-w", "", "set a watch; its event goes to standard error"},
                         kStatFlag},
               .examples = {"config -c"},
               .paths = 0,
               .run = config,
           },
           {
               .name = "reconfig",
               .summary = "change who belongs to the ensemble",
               .flags = {kStatFlag,
                         {"-v", "VERSION", "only if the configuration has this version"},
                         {"-file", "FILE", "the new ensemble, a server.N=... a line"},
                         {"-members", "SERVERS", "the new ensemble, separated by commas"},
                         {"-add", "SERVERS",
                          "join, or change: server.N=HOST:PORT:PORT[:observer];[HOST:]PORT,..."},
                         {"-remove", "NUMBERS", "leave: 3,4"}},
               .examples = {"reconfig -add \"server.4=10.0.0.4:2888:3888;2181\"",
                            "reconfig -remove 4 -v 100000000"},
               .paths = 0,
               .run = reconfig,
           }}};
}

}  // namespace paddock::client::shell
