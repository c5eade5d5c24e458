#include "server/net/peer_security.h"

#include <algorithm>
#include <utility>

namespace paddock::net {
namespace {

bool names_one_of(const std::vector<PeerAddress>& addresses, const PeerProof& proof) {
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const PeerAddress& each) { return proof.names(each.host); });
}

std::string hosts_of(const std::vector<PeerAddress>& addresses) {
  std::string hosts;
  for (const PeerAddress& each : addresses) hosts += (hosts.empty() ? "" : ", ") + each.host;
  return hosts;
}

}  // namespace

PeerSecurity::PeerSecurity(boost::asio::io_context& io, const PeerSecurityOptions& options,
                           std::function<void(std::string_view)> remark)
    : options_(options),
      contexts_(std::make_shared<TlsContexts>(io, options.tls, std::move(remark))),
      members_(std::make_shared<MemberHosts>(io)) {}

PeerSecurity::~PeerSecurity() {
  contexts_->close();
  members_->close();
}

Status PeerSecurity::open() {
  return contexts_->open();
}

void PeerSecurity::set_members(const std::map<ServerId, std::vector<PeerAddress>>& members) {
  if (options_.checks_callers) members_->set(members);
}

// It was reached by what its hosts stand for, so its own address is one of those.
Status PeerSecurity::verify_dialled(const std::vector<PeerAddress>& addresses, const PeerProof& proof) const {
  if (!options_.checks_names || names_one_of(addresses, proof) || proof.names_address()) return ok_status();
  return make_fault("it shows {}, which is not for {}; see ssl.quorum.hostnameVerification", proof.text(),
                    hosts_of(addresses));
}

Status PeerSecurity::verify_caller(ServerId claimed, const PeerProof& proof) {
  const auto* const hosts = members_->find(claimed);
  if (!options_.checks_callers || !proof.certificate || hosts == nullptr) return ok_status();
  if (names_one_of(*hosts, proof)) return ok_status();
  if (proof.names_address()) {
    if (members_->have(claimed, proof.address)) return ok_status();
    members_->look_up(claimed);
  }
  return make_fault(
      "it says that it is server {}, but shows {}, which is not for {}; see "
      "ssl.quorum.clientHostnameVerification",
      claimed.value, proof.text(), hosts_of(*hosts));
}

}  // namespace paddock::net
