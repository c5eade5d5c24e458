// Reconfiguration: what another configuration means for this process: files beside zoo.cfg, and ports. The
// engine has taken it up already; what goes wrong here is logged and changes nothing of that.
//
// Owner: the host. Loop thread; writes small files, seldom.
#pragma once

#include <optional>

#include "server/config/dynamic_files.h"
#include "server/main/peers.h"
#include "server/main/settings.h"
#include "server/net/client_server.h"
#include "server/zab/ready.h"

namespace paddock {

class Reconfiguration {
 public:
  // Both outlive it.
  Reconfiguration(const Settings& settings, net::ClientServer& clients, Peers& peers);

  // What the operator wrote is kept before anything replaces it.
  void start();
  void apply(const zab::MembershipChanged& changed);

 private:
  void write(const zab::MembershipChanged& changed);
  void move_client_port(const zab::Member& self);

  const ServerId self_;
  const bool backs_up_;
  std::optional<config::DynamicFiles> files_;
  int64_t written_version_;  // of what zoo.cfg names
  std::optional<zab::Address> client_address_;
  net::ClientServer& clients_;
  Peers& peers_;
};

}  // namespace paddock
