// LocalNames: what a principal of Kerberos is called here: rules (zookeeper.security.auth_to_local), then
// what is left of its host and realm.
//
//   rules   := { blanks rule }
//   rule    := "DEFAULT" | "RULE:[" n ":" format "]" ["(" regex ")"] ["s/" regex "/" text "/" ["g"]] [["/"]
//   "L"] format  := text in which $0 is the realm, $1 the service, $2 the host
//
// A rule is for names of n parts; the first that takes a name decides. DEFAULT takes those of the default
// realm. (regex): all of what the format makes must match. L, which Hadoop knows and ZooKeeper does not,
// makes small letters of what comes out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.h"
#include "protocol/sasl/kerberos_name.h"

namespace paddock::sasl {

class LocalNameRules {
 public:
  // A fault names the rule.
  static Result<LocalNameRules> parse(std::string_view text);

  // A name without host and realm is itself. Nothing: no rule takes it, or one made a name with / or @ of it.
  std::optional<std::string> short_name(const KerberosName& name, std::string_view default_realm) const;

 private:
  friend class LocalNameRuleParser;
  struct Rule;
  std::shared_ptr<const std::vector<Rule>> rules_;  // null: none
};

struct LocalNames {
  LocalNameRules rules;
  std::string default_realm;
  bool remove_host = false;   // zookeeper.kerberos.removeHostFromPrincipal
  bool remove_realm = false;  // zookeeper.kerberos.removeRealmFromPrincipal

  // The id of ACLs for whoever proved to be `authenticated`, which stays as it is if no rule takes it, as
  // with ZooKeeper. Nothing: it is no name at all.
  std::optional<std::string> id_of(std::string_view authenticated) const;
};

}  // namespace paddock::sasl
