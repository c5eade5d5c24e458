#include "server/main/peer_login_settings.h"

#include "protocol/base/text.h"
#include "protocol/sasl/digest_md5.h"
#include "protocol/sasl/digest_md5_client.h"
#include "protocol/gssapi/acceptor.h"
#include "protocol/gssapi/initiator.h"
#include "server/main/logins.h"

namespace paddock {
namespace {

constexpr const char* kEnabled = "quorum.auth.enableSasl";
constexpr const char* kServerRequires = "quorum.auth.serverRequireSasl";
constexpr const char* kLearnerRequires = "quorum.auth.learnerRequireSasl";
constexpr const char* kServicePrincipal = "quorum.auth.kerberos.servicePrincipal";
const sasl::DigestNames kDigestNames{"zookeeper-quorum", "zk-quorum-sasl-md5"};

// As ZooKeeper does: who may not come without a login must log in itself, or it would be let in nowhere.
Status check_flags(const config::Config& config) {
  const bool enabled = config.flag(kEnabled, false);
  for (const char* key : {kServerRequires, kLearnerRequires}) {
    if (!enabled && config.flag(key, false)) return make_fault("{} is true, but {} is not", key, kEnabled);
  }
  if (config.flag(kServerRequires, false) && !config.flag(kLearnerRequires, false))
    return make_fault("{} is true, but {} is not", kServerRequires, kLearnerRequires);
  return ok_status();
}

// The login that one half of the exchanges needs, which must be there.
Result<Login> needed_login(const config::Config& config, const std::string& key, const std::string& otherwise,
                           std::vector<std::string>& ignored) {
  const std::string section = config.property(key).value_or(otherwise);
  auto login = login_of(config, section);
  if (!login) return login.fault();
  if (!*login) {
    return make_fault("{} is true, but java.security.auth.login.config has no section {} ({})", kEnabled,
                      section, key);
  }
  ignored.insert(ignored.end(), (*login)->ignored.begin(), (*login)->ignored.end());
  return **login;
}

Result<std::pair<std::string, std::string>> own_password(const Login& login) {
  const auto user = login.digest.find("username");
  const auto password = login.digest.find("password");
  if (user == login.digest.end() || password == login.digest.end())
    return make_fault("{}: username or password is missing", login.place);
  return std::pair(user->second, password->second);
}

// Numbers for both sides, none of them twice.
std::function<std::string()> make_nonces() {
  return [secret = make_secret(), count = std::make_shared<uint64_t>(0)] {
    return sasl::make_nonce(secret, ++*count);
  };
}

// --- The half that accepts

Status accept_passwords(const Login& login, const std::function<std::string()>& nonces,
                        net::PeerLogins& logins) {
  logins.accept = [nonces, passwords = passwords_of(login)] {
    return std::make_unique<sasl::DigestMd5Server>(kDigestNames, passwords, nonces());
  };
  return ok_status();
}

Status accept_tickets(const Login& login, net::PeerLogins& logins) {
  auto acceptor = gssapi::GssapiAcceptor::open(*login.kerberos);
  if (!acceptor) return make_fault("{}: {}", login.place, acceptor.fault().message);
  logins.accept = [acceptor = *acceptor] { return acceptor->begin(); };
  logins.hosts = std::make_shared<net::PeerHosts>();
  return ok_status();
}

// --- The half that proves

Status prove_password(const Login& login, const std::function<std::string()>& nonces,
                      net::PeerLogins& logins) {
  const auto own = own_password(login);
  if (!own) return own.fault();
  logins.prove = [nonces, own = *own](const std::string&) {
    return std::make_unique<sasl::DigestMd5Client>(kDigestNames, own.first, own.second, nonces());
  };
  return ok_status();
}

// The realm is that of krb5.conf: libsasl2 names a service by its host.
Status prove_ticket(const Login& login, const config::Config& config, net::PeerLogins& logins) {
  const std::string principal = config.property(kServicePrincipal).value_or("zkquorum/localhost");
  const size_t at = principal.find('@');
  const auto service = sasl::KerberosName::parse(principal + (at == std::string::npos ? "@" : ""));
  if (!service || !service->host)
    return make_fault("{}: '{}' is not service/host", kServicePrincipal, principal);
  auto runtime = gssapi::GssapiRuntime::load();
  if (!runtime) return make_fault("{}: {}", login.place, runtime.fault().message);
  logins.prove = [runtime = *runtime, own = *login.kerberos, service = *service](const std::string& host) {
    sasl::KerberosName asked = service;
    if (asked.host == "_HOST") asked.host = to_lower(host);
    return gssapi::make_initiator(runtime, own.key_table, own.principal, asked);
  };
  return ok_status();
}

}  // namespace

Result<std::shared_ptr<const net::PeerLogins>> peer_logins_of(const config::Config& config,
                                                              std::vector<std::string>& ignored) {
  using Found = std::shared_ptr<const net::PeerLogins>;
  if (auto able = check_flags(config); !able) return able.fault();
  if (!config.flag(kEnabled, false)) return Found();
  const auto server = needed_login(config, "quorum.auth.server.saslLoginContext", "QuorumServer", ignored);
  if (!server) return server.fault();
  const auto learner = needed_login(config, "quorum.auth.learner.saslLoginContext", "QuorumLearner", ignored);
  if (!learner) return learner.fault();

  const auto nonces = make_nonces();
  net::PeerLogins logins;
  logins.logs_in = config.flag(kLearnerRequires, false);
  logins.demands = config.flag(kServerRequires, false);
  logins.timeout_ms = int64_t{config.tick_ms} * config.sync_limit_ticks;
  const auto accepts =
      server->kerberos ? accept_tickets(*server, logins) : accept_passwords(*server, nonces, logins);
  if (!accepts) return accepts.fault();
  const auto proves =
      learner->kerberos ? prove_ticket(*learner, config, logins) : prove_password(*learner, nonces, logins);
  if (!proves) return proves.fault();
  return Found(std::make_shared<const net::PeerLogins>(std::move(logins)));
}

}  // namespace paddock
