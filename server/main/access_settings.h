// Who may come in, as zoo.cfg, -D options and a JAAS file say it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/config/config.h"
#include "server/replica/access_options.h"
#include "server/replica/session_passwords.h"

namespace paddock {

// Whether authProvider.N names ZooKeeper's provider for SASL, without which ACLs know no such scheme.
bool has_sasl_provider(const config::Config& config);

// A fault names the setting, or the file and line. `tls`: there is a port for it, and so the scheme x509.
// `ignored`: what a login says that means nothing here.
Result<replica::AccessOptions> access_options(const config::Config& config, bool tls,
                                              std::vector<std::string>& ignored);

// ZooKeeper's, or those of sessionSecretFile.
Result<std::shared_ptr<const replica::SessionPasswords>> session_passwords(const config::Config& config);

}  // namespace paddock
