// PeerLogins: how servers prove to each other by SASL that they may speak (quorum.auth.*), besides TLS or
// without it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "protocol/sasl/exchange.h"
#include "protocol/sasl/initiator.h"
#include "server/net/errands.h"
#include "server/net/peer_hosts.h"

namespace paddock::net {

struct PeerLogins {
  bool logs_in = false;  // quorum.auth.learnerRequireSasl: on every connection that this server opens
  bool demands = false;  // quorum.auth.serverRequireSasl: of whoever opens one to it
  int64_t timeout_ms = 5000;
  std::function<std::unique_ptr<sasl::Exchange>()> accept;
  // With the host that was dialled.
  std::function<std::unique_ptr<sasl::Initiator>(const std::string& host)> prove;
  std::shared_ptr<PeerHosts> hosts;  // who may come by its name; null: whoever is accepted
  std::shared_ptr<Errands> errands;  // for initiators that block; null: none does
};

}  // namespace paddock::net
