#include "server/main/access_settings.h"

#include <algorithm>

#include "protocol/base/text.h"
#include "server/config/session_secrets.h"
#include "protocol/gssapi/acceptor.h"
#include "server/main/logins.h"

namespace paddock {
namespace {

// authProvider.N names the class.
bool has_provider(const config::Config& config, std::string_view class_name) {
  return std::any_of(config.properties.begin(), config.properties.end(), [&](const auto& entry) {
    return entry.first.starts_with("authProvider.") && entry.second.value.ends_with(class_name);
  });
}

sasl::Passwords client_passwords(const Login& login, const config::Config& config) {
  sasl::Passwords passwords = passwords_of(login);
  const auto super = config.property("SASLAuthenticationProvider.superPassword");
  if (super && passwords.contains("super")) passwords["super"] = *super;
  return passwords;
}

Status set_up_gssapi(const Login& login, replica::SaslOptions& options) {
  auto acceptor = gssapi::GssapiAcceptor::open(*login.kerberos);
  if (!acceptor) return make_fault("{}: {}", login.place, acceptor.fault().message);
  options.names.default_realm = (*acceptor)->runtime().default_realm();
  options.gssapi = [acceptor = *acceptor] { return acceptor->begin(); };
  return ok_status();
}

Result<sasl::LocalNames> local_names(const config::Config& config) {
  sasl::LocalNames names;
  auto rules = sasl::LocalNameRules::parse(config.property("security.auth_to_local").value_or("DEFAULT"));
  if (!rules) return make_fault("security.auth_to_local: {}", rules.fault().message);
  names.rules = std::move(*rules);
  names.remove_host = config.flag("kerberos.removeHostFromPrincipal", false);
  names.remove_realm = config.flag("kerberos.removeRealmFromPrincipal", false);
  return names;
}

Result<std::optional<replica::SaslOptions>> sasl_options(const config::Config& config,
                                                         std::vector<std::string>& ignored) {
  using Found = std::optional<replica::SaslOptions>;
  const auto login = login_of(config, config.property("sasl.serverconfig").value_or("Server"));
  if (!login) return login.fault();
  if (!*login) return Found();
  ignored = (*login)->ignored;
  replica::SaslOptions options;
  auto names = local_names(config);
  if (!names) return names.fault();
  options.names = std::move(*names);
  if ((*login)->kerberos) {
    if (auto ready = set_up_gssapi(**login, options); !ready) return ready.fault();
  }
  options.passwords = client_passwords(**login, config);
  options.keep_failed = config.flag("allowSaslFailedClients", false);
  options.nonce_secret = make_secret();
  for (const auto& [key, property] : config.properties) {
    if (key == "superUser" || key.starts_with("superUser.")) options.super_users.insert(property.value);
  }
  return Found(std::move(options));
}

// As Java splits them: an empty list is one empty name, which nobody can say.
std::optional<replica::EnsembleOptions> ensemble_options(const config::Config& config) {
  if (!has_provider(config, ".EnsembleAuthenticationProvider")) return std::nullopt;
  replica::EnsembleOptions options;
  const auto listed = config.property("ensembleAuthName");
  if (!listed) return options;
  options.names.emplace();
  for (const auto name : split(*listed, ',')) options.names->emplace(trim(name));
  return options;
}

std::vector<std::string> required_schemes(const config::Config& config) {
  std::vector<std::string> schemes;
  if (config.flag("sessionRequireClientSASLAuth", false)) schemes.emplace_back("sasl");
  if (!config.flag("enforce.auth.enabled", false)) return schemes;
  const std::string listed = config.property("enforce.auth.schemes").value_or("");
  for (const auto scheme : parts_of(listed, ',')) schemes.emplace_back(scheme);
  return schemes;
}

}  // namespace

bool has_sasl_provider(const config::Config& config) {
  return has_provider(config, ".SASLAuthenticationProvider");
}

Result<replica::AccessOptions> access_options(const config::Config& config, bool tls,
                                              std::vector<std::string>& ignored) {
  replica::AccessOptions options;
  auto sasl = sasl_options(config, ignored);
  if (!sasl) return sasl.fault();
  options.sasl = std::move(*sasl);
  options.ensemble = ensemble_options(config);
  options.eager_acl_check = config.flag("enableEagerACLCheck", false) && !config.is_standalone();
  options.required_schemes = required_schemes(config);
  if (config.flag("enforce.auth.enabled", false) && options.required_schemes.empty()) {
    return make_fault("enforce.auth.enabled is true, but enforce.auth.schemes names no scheme");
  }
  for (const std::string& scheme : options.required_schemes) {
    const bool there = scheme == "ip" || scheme == "digest" || (scheme == "x509" && tls) ||
                       (scheme == "sasl" && options.sasl.has_value());
    if (!there)
      return make_fault("enforce.auth.schemes: {} is demanded, but nothing is configured for it", scheme);
  }
  return options;
}

Result<std::shared_ptr<const replica::SessionPasswords>> session_passwords(const config::Config& config) {
  using Passwords = std::shared_ptr<const replica::SessionPasswords>;
  const auto file = config.property("sessionSecretFile");
  if (!file) return Passwords(std::make_shared<replica::ZooKeeperPasswords>());
  auto secrets = config::load_session_secrets(*file);
  if (!secrets) return make_fault("sessionSecretFile: {}", secrets.fault().message);
  using Word = config::SessionSecrets::ZooKeeper;
  using Computed = replica::SecretPasswords::Computed;
  const Computed computed = secrets->zookeeper == Word::nowhere  ? Computed::refused
                            : secrets->zookeeper == Word::behind ? Computed::accepted
                                                                 : Computed::made;
  return Passwords(std::make_shared<replica::SecretPasswords>(std::move(secrets->secrets), computed));
}

}  // namespace paddock
