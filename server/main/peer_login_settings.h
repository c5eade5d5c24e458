// What an operator wrote about SASL between servers (quorum.auth.*).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/net/peer_logins.h"

namespace paddock {

// Null: quorum.auth.enableSasl is not set. A fault names the setting, or the file and section. `ignored`:
// what logins say that means nothing here.
Result<std::shared_ptr<const net::PeerLogins>> peer_logins_of(const config::Config& config,
                                                              std::vector<std::string>& ignored);

}  // namespace paddock
