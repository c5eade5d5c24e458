// Which names of people and machines ZooKeeper takes for ids of the schemes sasl and x509.
#pragma once

#include <string_view>

namespace paddock::znode {

// name, or service[/host]@realm.
bool is_kerberos_name(std::string_view name);
// RFC 2253 or its older forms, as X500Principal reads it: TYPE=value, parted by ',', ';' or '+'.
bool is_distinguished_name(std::string_view name);

}  // namespace paddock::znode
