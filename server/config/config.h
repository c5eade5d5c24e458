// What an operator wrote, understood: zoo.cfg (a Java properties file), -D options of the command line and of
// SERVER_JVMFLAGS, and the short form PORT DATADIR. Keys we do not know become system properties, as in Java;
// they are accepted and named once in the log. A bad value is a fault that names file, line and key.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"
#include "server/zab/membership.h"

namespace paddock::config {

struct Config {
  // zoo.cfg's own keys
  int32_t client_port = -1;         // -1: no plain port
  std::string client_port_address;  // empty: any
  int32_t secure_client_port = -1;
  std::string secure_client_port_address;
  std::string data_dir;
  std::string data_log_dir;  // as data_dir if not given
  int32_t tick_ms = 3000;
  int32_t init_limit_ticks = 0;
  int32_t sync_limit_ticks = 0;
  int32_t max_client_connections = 60;  // per address, 0: no limit
  int32_t min_session_timeout_ms = -1;
  int32_t max_session_timeout_ms = -1;
  int32_t client_port_listen_backlog = -1;
  bool standalone_enabled = true;
  bool reconfig_enabled = false;
  std::vector<std::string> four_letter_whitelist = {"srvr"};  // "*": all
  zab::Membership membership;                                 // empty: standalone
  std::string file;                                           // zoo.cfg; empty: there is none
  int64_t server_id = 0;                                      // myid; 0 stand-alone

  // Properties without the prefix "zookeeper.": from zoo.cfg (every key without a field above) and -D, which
  // wins.
  struct Property {
    std::string value;
    std::string source;  // "zoo.cfg:12" or "-D option"
  };
  std::map<std::string, Property> properties;
  // Keys that neither ZooKeeper nor Paddock knows, in the order of the file, for the one log line.
  std::vector<std::string> unknown_keys;

  std::optional<std::string> property(const std::string& name) const;
  // Decimal, or hex behind 0x as Java's Integer.getInteger takes it. A fault names the property and where it
  // was set.
  Result<int64_t> number(const std::string& name, int64_t otherwise) const;
  // As number(); a value outside of [least, most] is a fault too.
  Result<int64_t> number_in(const std::string& name, int64_t otherwise, int64_t least, int64_t most) const;
  bool flag(const std::string& name, bool otherwise) const;  // only "true" is true, as in Java

  // No ensemble is configured, or one of a single voter that may run alone (standaloneEnabled).
  bool is_standalone() const;
};

// A Java properties file: '=', ':' or blank separators, '\' escapes and continued lines, '#' and '!'
// comments.
struct PropertyLine {
  std::string key;
  std::string value;
  int line = 0;
};
Result<std::vector<PropertyLine>> parse_properties(std::string_view text);

// `file` is only for messages, nothing is read: neither dynamicConfigFile (an ensemble of it stays empty) nor
// myid. `defines`: key=value options in order, without the -D.
Result<Config> parse_config(std::string_view text, const std::string& file,
                            const std::vector<std::string>& defines);

// The options of a shell-like line: blanks separate, quotes and '\' protect.
std::vector<std::string> split_options(std::string_view line);

// The whole command line after the program's name, and the environment's SERVER_JVMFLAGS (its -D options
// count as if they came first; its other options are a JVM's and are ignored). The arguments: -Dkey=value...,
// then a zoo.cfg or PORT DATADIR [TICKTIME [MAXCNXNS]]. Reads the files, dynamicConfigFile and, in an
// ensemble, myid.
struct CommandLine {
  std::vector<std::string> arguments;
  std::string server_jvm_flags;
};
Result<Config> load_config(const CommandLine& command_line);

}  // namespace paddock::config
