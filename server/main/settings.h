// What an operator wrote, translated into what each room wants to know.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/main/logging.h"
#include "server/net/client_server.h"
#include "server/net/election_mesh.h"
#include "server/net/learner_links.h"
#include "server/replica/replica.h"
#include "server/store/store.h"
#include "znode/options.h"

namespace paddock {

// The ports between servers.
struct PeerSettings {
  net::ElectionMeshOptions election;
  net::LearnerLinksOptions learners;
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
  std::optional<PeerSettings> peers;  // in a quorum
  zab::Membership membership;
};

// A fault names the setting that is wrong, or that asks for something between servers that Paddock does not
// have. Requires: an ensemble.
Result<PeerSettings> peer_settings_of(const config::Config& config);

Result<LogOptions> log_options(const config::Config& config);

// A fault names the setting that is wrong, or that asks for something Paddock does not have yet.
Result<Settings> settings_of(const config::Config& config);

}  // namespace paddock
