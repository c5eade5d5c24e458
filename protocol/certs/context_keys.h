// Puts what files hold into a context of OpenSSL's. Blocks for as long as the file system does.
//
// A fault names the setting and the file; the context is of no use then.
#pragma once

#include <string>

#include "protocol/certs/key_files.h"

namespace paddock::certs {

// A key, its certificate and the certificates of its issuers: what is shown to the other side.
Status use_key(SSL_CTX* context, const KeyFile& file, const std::string& setting);
// Who is believed: what is in the file, whether it may issue certificates or not, as in Java. Without a
// location, whom the system trusts.
Status use_trusted(SSL_CTX* context, const KeyFile& file, const std::string& setting);

}  // namespace paddock::certs
