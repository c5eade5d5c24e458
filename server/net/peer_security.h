// PeerSecurity: how connections between servers are secured (sslQuorum, portUnification, ssl.quorum.*), and
// whose certificate is whose.
//
// Owner: the host, for the election port and the learner channel together. Loop thread.
//
// Invariants
// 1. A server is whom it says it is only if its certificate names one of the hosts that the configuration
//    gives to that id, or the address that it speaks from and that one of those hosts stands for.
// 2. Names are looked up for configured hosts alone, never for an address (CVE-2026-24281).
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/net/member_hosts.h"
#include "server/net/peer_address.h"
#include "server/net/peer_proof.h"
#include "server/net/tls_context.h"
#include "server/net/tls_options.h"

namespace paddock::net {

struct PeerSecurityOptions {
  TlsOptions tls;
  bool dials = true;                    // sslQuorum: what this server opens speaks TLS
  bool accepts_plain = false;           // portUnification: what others open may be either
  bool checks_names = true;             // ssl.quorum.hostnameVerification: of whom this server dials
  bool checks_callers = true;           // ssl.quorum.clientHostnameVerification: of whoever dials it
  int64_t handshake_timeout_ms = 5000;  // ssl.quorum.handshakeDetectionTimeoutMillis
};

class PeerSecurity {
 public:
  // `remark`: for the log, seldom.
  PeerSecurity(boost::asio::io_context& io, const PeerSecurityOptions& options,
               std::function<void(std::string_view)> remark);
  ~PeerSecurity();
  PeerSecurity(const PeerSecurity&) = delete;
  PeerSecurity& operator=(const PeerSecurity&) = delete;

  // A fault names the setting and the file.
  Status open();
  const PeerSecurityOptions& options() const { return options_; }
  // What a connection begins with now. Requires: open().
  const TlsContext& context() const { return contexts_->current(); }
  // Of whose certificate it verified. Null: nobody is asked. Requires: open().
  Revocations* revocations() const { return contexts_->revocations(); }
  // Looks for changed files now, as a timer does.
  void look_at_files() { contexts_->look(); }
  // Who is configured, and where; replaces what was said before.
  void set_members(const std::map<ServerId, std::vector<PeerAddress>>& members);

  // Of whoever was reached under these addresses. Faults of both are for the log.
  Status verify_dialled(const std::vector<PeerAddress>& addresses, const PeerProof& proof) const;
  // Of whoever dialled us, and says that it is this server. Whom nobody configured has no name to compare
  // with; who shows no certificate was asked for none (ssl.quorum.clientAuth).
  Status verify_caller(ServerId claimed, const PeerProof& proof);

 private:
  const PeerSecurityOptions options_;
  const std::shared_ptr<TlsContexts> contexts_;
  const std::shared_ptr<MemberHosts> members_;
};

}  // namespace paddock::net
