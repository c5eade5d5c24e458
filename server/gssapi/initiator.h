// GssapiInitiator: proves to another server who we are, with a ticket that the key table is good for. Asks
// the KDC, and name servers as krb5.conf lets it, so it blocks.
//
// Owner: one connection. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "protocol/sasl/initiator.h"
#include "protocol/sasl/kerberos_name.h"
#include "server/gssapi/runtime.h"

namespace paddock::gssapi {

// `principal`: ours, of which `key_table` has a key. `service`: service/host of whom we ask.
std::unique_ptr<sasl::Initiator> make_initiator(std::shared_ptr<const GssapiRuntime> runtime,
                                                const std::string& key_table, const std::string& principal,
                                                const sasl::KerberosName& service);

}  // namespace paddock::gssapi
