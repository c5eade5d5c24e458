// TlsOptions: whom a client's TLS connections trust, and what they show.
//
// TLS 1.2 and 1.3. A server is believed if one of those trusted has issued its certificate, and if that names
// the host of the connect string, which was meant before any resolver was asked.
#pragma once

#include "protocol/certs/key_files.h"

namespace paddock::client {

struct TlsOptions {
  // Who may have issued the servers' certificates; without a location whom the system trusts.
  certs::KeyFile trusted;
  // Key and certificate of this client; without a location it shows none.
  certs::KeyFile keys;
  bool verify_host = true;
};

}  // namespace paddock::client
