// The four-letter words: text in ZooKeeper's shape from status values (spec/admin-interfaces.md sections
// 1-3). Pure; whoever owns the sockets writes the answer and closes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/replica/status.h"

namespace paddock::admin {

// What a word may need, each fetched only when asked for.
struct Sources {
  struct Connection {
    std::string remote;  // "/127.0.0.1:51234"
    int interest = 1;
    replica::ConnectionStatus status;
  };
  struct Settings {  // conf
    int32_t client_port = -1;
    int32_t secure_client_port = -1;
    std::string data_dir;
    std::string data_log_dir;
    int64_t data_dir_size = 0;
    int64_t data_log_size = 0;
    int32_t tick_ms = 0;
    int32_t max_client_connections = 0;
    int32_t min_session_timeout_ms = 0;
    int32_t max_session_timeout_ms = 0;
    int32_t backlog = -1;
    int64_t server_id = 0;
    // in a quorum
    bool quorum = false;
    int32_t init_limit = 0;
    int32_t sync_limit = 0;
    int32_t election_port = 0;
    int32_t quorum_port = 0;
    bool observer = false;
    std::string membership;
  };
  using Lines = std::vector<std::pair<std::string, std::string>>;

  std::function<replica::ServerStatus()> server;
  std::function<std::vector<Connection>()> connections;
  std::function<replica::DumpStatus()> dump;
  std::function<replica::WatchStatus()> watches;
  std::function<replica::DigestStatus()> digests;
  std::function<Settings()> settings;
  std::function<Lines()> environment;  // envi behind zookeeper.version
  std::function<void()> reset_connection_stats;
  std::function<void()> reset_server_stats;
  std::function<Lines()> extra_metrics;  // mntr lines behind the common ones, without "zk_"
};

class FourLetterWords {
 public:
  // `whitelist`: words, "*" for all (section 2). `version`: what `Zookeeper version:` says.
  FourLetterWords(std::vector<std::string> whitelist, bool read_only_mode, std::string version,
                  Sources sources);

  // `received`: the first four bytes of a connection and what came with them, of which only stmk takes
  // notice. The answer, or nothing if they are no word. Not const: stmk sets the trace mask that gtmk tells.
  std::optional<std::string> answer(std::string_view received);

 private:
  bool allowed(std::string_view word) const;
  std::string set_trace_mask(std::string_view argument);

  std::vector<std::string> whitelist_;
  bool read_only_mode_;
  std::string version_;
  Sources sources_;
  int64_t trace_mask_ = 306;
};

}  // namespace paddock::admin
