#include "server/net/member_hosts.h"

#include <algorithm>
#include <utility>

#include "server/net/peer_text.h"

namespace paddock::net {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

}  // namespace

MemberHosts::MemberHosts(boost::asio::io_context& io) : resolver_(io) {}

void MemberHosts::set(std::map<ServerId, std::vector<PeerAddress>> members) {
  members_ = std::move(members);
  for (const auto& [id, hosts] : members_) {
    for (const PeerAddress& each : hosts) {
      if (!addresses_.contains(each.host)) look_up(each.host);
    }
  }
}

const std::vector<PeerAddress>* MemberHosts::find(ServerId server) const {
  const auto found = members_.find(server);
  return found == members_.end() ? nullptr : &found->second;
}

bool MemberHosts::have(ServerId server, const ip::address& address) const {
  const auto* const hosts = find(server);
  return hosts != nullptr && std::any_of(hosts->begin(), hosts->end(), [&](const PeerAddress& each) {
           const auto known = addresses_.find(each.host);
           return known != addresses_.end() && known->second.contains(address);
         });
}

void MemberHosts::look_up(ServerId server) {
  if (const auto* const hosts = find(server)) {
    for (const PeerAddress& each : *hosts) look_up(each.host);
  }
}

void MemberHosts::look_up(const std::string& host) {
  error_code no_number;
  ip::make_address(host, no_number);
  if (!no_number || !asked_.insert(host).second) return;
  resolver_.async_resolve(host, "",
                          [weak = weak_from_this(), host](const error_code& error, const auto& endpoints) {
                            const auto self = weak.lock();
                            if (!self) return;
                            self->asked_.erase(host);
                            if (error) return;
                            auto& known = self->addresses_[host];
                            known.clear();
                            for (const auto& each : endpoints)
                              known.insert(unmapped(each.endpoint().address()));
                          });
}

void MemberHosts::close() {
  resolver_.cancel();
}

}  // namespace paddock::net
