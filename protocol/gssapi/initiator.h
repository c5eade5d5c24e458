// GssapiInitiator: proves to a server who we are, with a ticket that a key table is good for, or one that
// somebody has got before (kinit). Asks the KDC, and name servers as krb5.conf lets it, so it blocks.
//
// Owner: one connection. One thread at a time.
#pragma once

#include <memory>
#include <string>

#include "protocol/base/result.h"
#include "protocol/gssapi/runtime.h"
#include "protocol/sasl/initiator.h"
#include "protocol/sasl/kerberos_name.h"

namespace paddock::gssapi {

// `principal`: ours, of which `key_table` has a key; empty: whoever the default cache has tickets of, and no
// key table. `service`: service/host of whom we ask.
std::unique_ptr<sasl::Initiator> make_initiator(std::shared_ptr<const GssapiRuntime> runtime,
                                                const std::string& key_table, const std::string& principal,
                                                const sasl::KerberosName& service);

}  // namespace paddock::gssapi
