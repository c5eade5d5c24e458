#include "server/main/logins.h"

#include <random>

#include "protocol/base/text.h"
#include "server/config/jaas.h"

namespace paddock {
namespace {

constexpr std::string_view kDigestModule = "org.apache.zookeeper.server.auth.DigestLoginModule";
constexpr std::string_view kKerberosModule = "com.sun.security.auth.module.Krb5LoginModule";
constexpr std::string_view kUserPrefix = "user_";
constexpr const char* kJaasFile = "java.security.auth.login.config";

bool is_true(const config::LoginModule& module, const std::string& name) {
  const auto found = module.options.find(name);
  return found != module.options.end() && to_lower(found->second) == "true";
}

std::string option(const config::LoginModule& module, const std::string& name) {
  const auto found = module.options.find(name);
  return found == module.options.end() ? "" : found->second;
}

Status take_kerberos(const config::LoginModule& module, Login& login) {
  if (!is_true(module, "useKeyTab")) {
    return make_fault("{}: {}: only useKeyTab=true is there", login.place, module.name);
  }
  gssapi::GssapiAcceptorOptions options;
  options.key_table = option(module, "keyTab");
  options.principal = option(module, "principal");
  if (options.principal.empty()) return make_fault("{}: {}: principal is missing", login.place, module.name);
  if (is_true(module, "useTicketCache")) login.ignored.push_back(login.place + ": useTicketCache");
  login.kerberos = std::move(options);
  return ok_status();
}

}  // namespace

Result<std::optional<Login>> login_of(const config::Config& config, const std::string& section) {
  using Found = std::optional<Login>;
  const auto file = config.property(kJaasFile);
  if (!file) return Found();
  const auto sections = config::load_jaas(*file);
  if (!sections) return sections.fault();
  const auto found = sections->find(section);
  if (found == sections->end() || found->second.empty()) return Found();
  Login login;
  login.place = fmt::format("{}: section {}", *file, section);
  for (const config::LoginModule& module : found->second) {
    if (module.name == kDigestModule) {
      login.digest = module.options;
    } else if (module.name == kKerberosModule) {
      if (auto taken = take_kerberos(module, login); !taken) return taken.fault();
    } else {
      return make_fault("{}: {} is not there; {} and {} are", login.place, module.name, kDigestModule,
                        kKerberosModule);
    }
  }
  return Found(std::move(login));
}

sasl::Passwords passwords_of(const Login& login) {
  sasl::Passwords passwords;
  for (const auto& [key, value] : login.digest) {
    if (key.starts_with(kUserPrefix)) passwords[key.substr(kUserPrefix.size())] = value;
  }
  return passwords;
}

std::string make_secret() {
  std::random_device device;
  std::string secret;
  for (int i = 0; i < 32; ++i) secret += static_cast<char>(device());
  return secret;
}

}  // namespace paddock
