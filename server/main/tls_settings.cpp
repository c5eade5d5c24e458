#include "server/main/tls_settings.h"

#include <algorithm>
#include <fstream>

#include "protocol/base/text.h"

namespace paddock {
namespace {

using PeerCertificate = net::TlsOptions::PeerCertificate;

std::vector<std::string> split_list(const std::string& text) {
  const auto parts = parts_of(text, ',');
  return {parts.begin(), parts.end()};
}

// Reads one group of settings and keeps the first fault.
class Reader {
 public:
  Reader(const config::Config& config, std::string prefix) : config_(config), prefix_(std::move(prefix)) {}

  std::string text(const std::string& name) const { return config_.property(prefix_ + name).value_or(""); }
  bool flag(const std::string& name, bool otherwise) const { return config_.flag(prefix_ + name, otherwise); }
  void refuse(const std::string& name, const std::string& why) {
    const auto where = config_.properties.find(prefix_ + name);
    const std::string source = where == config_.properties.end() ? "" : where->second.source + ": ";
    if (status_) status_ = make_fault("{}{}{}: {}", source, prefix_, name, why);
  }
  const Status& status() const { return status_; }

  certs::KeyFile file(const std::string& store) {
    certs::KeyFile file{text(store + ".location"), text(store + ".password"),
                        to_upper(text(store + ".type"))};
    const std::vector<std::string> known = {"", "JKS", "PEM", "PKCS12", "BCFKS"};
    if (std::find(known.begin(), known.end(), file.type) == known.end()) {
      refuse(store + ".type", "'" + file.type + "' is not JKS, PEM, PKCS12 or BCFKS");
    }
    const std::string path = text(store + ".passwordPath");
    if (path.empty()) return file;
    std::ifstream stream(path);
    if (!stream || !std::getline(stream, file.password))
      refuse(store + ".passwordPath", path + " cannot be read");
    if (file.password.ends_with('\r')) file.password.pop_back();
    return file;
  }

  PeerCertificate peer_certificate() {
    const std::string wanted = to_upper(text("clientAuth"));
    if (wanted.empty() || wanted == "NEED") return PeerCertificate::demanded;
    if (wanted == "WANT") return PeerCertificate::taken;
    if (wanted != "NONE") refuse("clientAuth", "'" + wanted + "' is not need, want or none");
    return PeerCertificate::ignored;
  }

  // ssl.protocol names the newest version, ssl.enabledProtocols the very ones.
  std::vector<std::string> protocols() const {
    const std::string enabled = text("enabledProtocols");
    if (!enabled.empty()) return split_list(enabled);
    const std::string newest = text("protocol");
    if (newest.empty() || newest == "TLSv1.3" || newest == "TLS") return {};
    return {newest};
  }

 private:
  const config::Config& config_;
  const std::string prefix_;
  Status status_ = ok_status();
};

}  // namespace

Result<net::TlsOptions> tls_options(const config::Config& config, const std::string& prefix) {
  const bool quorum = prefix == kQuorumTls;
  Reader reader(config, prefix);
  net::TlsOptions options;
  options.prefix = prefix;
  options.keys = reader.file("keyStore");
  options.trusted = reader.file("trustStore");
  options.peer_certificate = reader.peer_certificate();
  options.check_client_address = !quorum && reader.flag("hostnameVerification", true) &&
                                 reader.flag("clientHostnameVerification", false);
  options.protocols = reader.protocols();
  options.ciphers = split_list(reader.text("ciphersuites"));
  options.reload = config.flag(quorum ? "sslQuorumReloadCertFiles" : "client.certReload", true);
  using Revocation = net::TlsOptions::Revocation;
  if (reader.flag("crl", false)) options.revocation = Revocation::by_crl;
  if (reader.flag("ocsp", false)) options.revocation = Revocation::by_ocsp;
  if (!reader.text("context.supplier.class").empty()) {
    reader.refuse("context.supplier.class", "it names a Java class, which Paddock cannot run");
  }
  const bool checks_names = quorum ? reader.flag("hostnameVerification", true) : options.check_client_address;
  if (checks_names && reader.flag("allowReverseDnsLookup", false)) {
    reader.refuse("allowReverseDnsLookup",
                  quorum
                      ? "a server is verified by the names that its server line gives it"
                      : "a client is verified by its address alone, whoever answers for names of addresses");
  }
  const std::string provider = reader.text("authProvider");
  if (!provider.empty() && provider != "x509") reader.refuse("authProvider", "only x509 is there");
  if (!reader.status()) return reader.status().fault();
  return options;
}

}  // namespace paddock
