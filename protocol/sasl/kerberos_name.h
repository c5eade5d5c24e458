// KerberosName: what somebody is called whom Kerberos knows: service[/host][@REALM], taken apart as ZooKeeper
// does.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paddock::sasl {

struct KerberosName {
  std::string service;  // or the user
  std::optional<std::string> host;
  std::optional<std::string> realm;

  // Without an @ all of it is the service, whatever it holds. Nothing: there is one, but it is no such name.
  static std::optional<KerberosName> parse(std::string_view text);

  bool operator==(const KerberosName&) const = default;
};

}  // namespace paddock::sasl
