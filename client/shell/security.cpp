#include "client/shell/security.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "client/digest_login.h"
#include "protocol/base/text.h"

namespace paddock::client::shell {
namespace {

using Settings = std::map<std::string, std::string, std::less<>>;

Result<std::string> contents(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return make_fault("{}: cannot be read", path);
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

// As java.util.Properties, but for escapes and lines that go on.
Settings settings_of(std::string_view text) {
  Settings settings;
  for (const std::string_view raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (line.empty() || line.starts_with('#') || line.starts_with('!')) continue;
    const size_t end = line.find_first_of("=:");
    const std::string_view value = end == std::string_view::npos ? "" : trim(line.substr(end + 1));
    settings[std::string(trim(line.substr(0, end)))] = value;
  }
  return settings;
}

std::string value_of(const Settings& settings, const std::string& key) {
  const auto found = settings.find(key);
  return found == settings.end() ? "" : found->second;
}

// A password may stand in a file of its own, as its first line.
Result<certs::KeyFile> store_of(const Settings& settings, const std::string& prefix) {
  certs::KeyFile file{value_of(settings, prefix + ".location"), value_of(settings, prefix + ".password"),
                      to_upper(value_of(settings, prefix + ".type"))};
  const std::string path = value_of(settings, prefix + ".passwordPath");
  if (path.empty()) return file;
  const auto text = contents(path);
  if (!text) return make_fault("{}.passwordPath: {}", prefix, text.fault().message);
  file.password = split(*text, '\n').front();
  return file;
}

}  // namespace

Status read_client_configuration(std::string_view text, Security& security) {
  const Settings settings = settings_of(text);
  security.tls = to_lower(value_of(settings, "zookeeper.client.secure")) == "true";
  security.any_host = to_lower(value_of(settings, "zookeeper.ssl.hostnameVerification")) == "false";
  auto keys = store_of(settings, "zookeeper.ssl.keyStore");
  if (!keys) return keys.fault();
  auto trusted = store_of(settings, "zookeeper.ssl.trustStore");
  if (!trusted) return trusted.fault();
  security.options.keys = std::move(*keys);
  security.options.trusted = std::move(*trusted);
  return ok_status();
}

void Security::add_to(CLI::App& app) {
  app.add_flag("--tls", tls, "connect by TLS, to the server's secureClientPort");
  app.add_option(
         "--ca", options.trusted.location,
         "who issues the servers' certificates: PEM, PKCS12 or JKS (whom the system trusts); implies --tls")
      ->type_name("FILE");
  app.add_option("--cert", options.keys.location,
                 "key and certificate to show: PEM, PKCS12 or JKS; implies --tls")
      ->type_name("FILE");
  app.add_flag("--any-host", any_host, "do not compare the servers' certificates with their names");
  app.add_option("--sasl", user, "log in by SASL DIGEST-MD5, with the password in $PADDOCK_PASSWORD")
      ->type_name("USER");
  app.add_flag("--kerberos", kerberos, "log in by SASL GSSAPI, with the tickets that kinit got");
  app.add_option("--keytab", tickets.key_table,
                 "log in by SASL GSSAPI, with a key of this file; implies --kerberos")
      ->type_name("FILE");
  app.add_option("--principal", tickets.principal, "whose key of the file it is")->type_name("NAME");
  app.add_option("--service", tickets.service,
                 "whom the servers run as: a service, of their hosts, or service/host (zookeeper)")
      ->type_name("NAME");
  app.add_option("--client-configuration", configuration,
                 "ssl.* settings of ZooKeeper's Java client; also -client-configuration")
      ->type_name("FILE");
}

Result<std::optional<TlsOptions>> Security::tls_options() const {
  Security wanted = *this;
  if (!configuration.empty()) {
    const auto text = contents(configuration);
    if (!text) return make_fault("--client-configuration: {}", text.fault().message);
    if (auto read = read_client_configuration(*text, wanted); !read)
      return make_fault("--client-configuration: {}: {}", configuration, read.fault().message);
  } else if (const char* password = std::getenv("PADDOCK_STORE_PASSWORD")) {
    wanted.options.trusted.password = wanted.options.keys.password = password;
  }
  const bool named = !options.trusted.location.empty() || !options.keys.location.empty();
  if (!wanted.tls && !named) return std::optional<TlsOptions>();
  wanted.options.verify_host = !wanted.any_host;
  return std::optional(wanted.options);
}

Result<MakeTransport> Security::transport() const {
  const auto found = tls_options();
  if (!found) return found.fault();
  return *found ? make_tls_transport(**found) : MakeTransport();
}

Result<MakeInitiator> Security::login() const {
  if (!logs_in()) return MakeInitiator();
  if (user.empty()) {
    auto made = kerberos_login(tickets);
    if (!made) return make_fault("--kerberos: {}", made.fault().message);
    return made;
  }
  if (by_ticket()) return make_fault("--sasl and --kerberos are two logins; choose one");
  const char* password = std::getenv("PADDOCK_PASSWORD");
  if (password == nullptr) return make_fault("--sasl: the environment has no PADDOCK_PASSWORD");
  return digest_login(user, password);
}

}  // namespace paddock::client::shell
