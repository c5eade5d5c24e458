#include "server/main/reconfiguration.h"

#include <spdlog/spdlog.h>

#include "server/main/logging.h"

namespace paddock {

Reconfiguration::Reconfiguration(const Settings& settings, net::ClientServer& clients, Peers& peers)
    : self_{settings.server_id},
      backs_up_(!settings.dynamic_file_in_use),
      written_version_(settings.membership.version),
      clients_(clients),
      peers_(peers) {
  if (!settings.config_file.empty()) files_.emplace(settings.config_file);
  const auto own = settings.membership.members.find(self_);
  if (own != settings.membership.members.end()) client_address_ = own->second.client;
}

void Reconfiguration::start() {
  if (!files_ || !backs_up_) return;
  const auto kept = files_->back_up();
  if (!kept) spdlog::warn("event=no_backup_of_configuration reason={}", quoted(kept.fault().message));
}

void Reconfiguration::apply(const zab::MembershipChanged& changed) {
  if (changed.committed && changed.membership.version == written_version_) return;
  spdlog::info("event=configuration state={} version={:x} members={}",
               changed.committed ? "committed" : "proposed",
               static_cast<uint64_t>(changed.membership.version), changed.membership.members.size());
  if (files_) write(changed);
  if (!changed.committed) return;
  written_version_ = changed.membership.version;
  const auto self = changed.membership.members.find(self_);
  if (self == changed.membership.members.end()) return;
  peers_.move(self->second);
  move_client_port(self->second);
}

void Reconfiguration::write(const zab::MembershipChanged& changed) {
  const auto written =
      changed.committed ? files_->commit(changed.membership, self_) : files_->propose(changed.membership);
  if (!written) spdlog::error("event=configuration_not_written reason={}", quoted(written.fault().message));
}

// Without an address in its line the port is zoo.cfg's, and stays.
void Reconfiguration::move_client_port(const zab::Member& self) {
  if (!self.client || self.client == client_address_) return;
  client_address_ = self.client;
  const bool everywhere = self.client->host == "0.0.0.0" || self.client->host == "::";
  const auto moved = clients_.move(everywhere ? "" : self.client->host, self.client->port);
  if (moved) {
    spdlog::info("event=listening port={}", clients_.port());
  } else {
    spdlog::error("event=client_port_not_moved reason={}", quoted(moved.fault().message));
  }
}

}  // namespace paddock
