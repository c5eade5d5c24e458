// What an operator wrote, translated into what each room wants to know.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/main/logging.h"
#include "server/net/client_server.h"
#include "server/net/election_mesh.h"
#include "server/net/learner_links.h"
#include "server/net/peer_logins.h"
#include "server/net/peer_security.h"
#include "server/replica/replica.h"
#include "server/store/store.h"
#include "znode/options.h"

namespace paddock {

// The ports between servers.
struct PeerSettings {
  net::ElectionMeshOptions election;
  net::LearnerLinksOptions learners;
  std::optional<net::PeerSecurityOptions> security;  // of both
  std::shared_ptr<const net::PeerLogins> logins;     // of both; null: nobody logs in
  std::string oracle_path;                           // of two voters; empty: there is none
};

struct Settings {
  znode::Options znode;
  replica::ReplicaOptions replica;
  store::StoreOptions store;
  net::ClientServerOptions clients;
  std::vector<std::string> four_letter_whitelist;
  bool read_only_mode = false;
  int64_t server_id = 0;
  bool quorum = false;
  int64_t idle_poll_us = 0;           // what the loop looks for work before it sleeps
  bool confined = false;              // once it serves the kernel does for it only what a server needs
  std::optional<PeerSettings> peers;  // in a quorum
  zab::Membership membership;         // at the start
  std::string config_file;            // zoo.cfg; empty: there is none
  bool dynamic_file_in_use = false;   // zoo.cfg names the file that holds the members
  std::vector<std::string> ignored;   // what logins say that means nothing here
};

// A fault names the setting that is wrong, or that asks for something between servers that Paddock does not
// have. `ignored`: what logins say that means nothing here. Requires: an ensemble.
Result<PeerSettings> peer_settings_of(const config::Config& config, std::vector<std::string>& ignored);

Result<LogOptions> log_options(const config::Config& config);

// A fault names the setting that is wrong, or that asks for something Paddock does not have yet.
Result<Settings> settings_of(const config::Config& config);

}  // namespace paddock
