// PeerHosts: the hosts of an ensemble, as its configuration names them: whoever logs in as service/host@REALM
// must come by one of them. A name without a host is nobody's (CVE-2023-44981).
//
// Loop thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/sasl/kerberos_name.h"
#include "server/net/peer_address.h"

namespace paddock::net {

class PeerHosts {
 public:
  // Replaces what was said before.
  void set(const std::map<ServerId, std::vector<PeerAddress>>& members) {
    hosts_.clear();
    for (const auto& [id, addresses] : members) {
      for (const PeerAddress& address : addresses) hosts_.insert(address.host);
    }
  }
  // A fault is for the log.
  Status admits(const std::string& principal) const {
    const auto name = sasl::KerberosName::parse(principal);
    if (name && name->host && hosts_.contains(*name->host)) return ok_status();
    return make_fault("it is {}, and no server line has that host", principal);
  }

 private:
  std::set<std::string, std::less<>> hosts_;
};

}  // namespace paddock::net
