// The distinguished name of a certificate as Java writes it (X500Principal.getName(), RFC 2253): what ACLs of
// scheme x509 name, so every byte counts.
#pragma once

#include <openssl/x509.h>

#include <string>

namespace paddock::net {

std::string subject_name(const X509* certificate);

}  // namespace paddock::net
