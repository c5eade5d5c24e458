#include "protocol/certs/key_files.h"

#include <catch2/catch.hpp>

#include "protocol/certs/java_key_store.h"
#include "tests/certs/certificates.h"

using namespace paddock;
using namespace paddock::certs;
using namespace paddock::tests;

namespace {

std::string common_name(const X509* certificate) {
  char name[64];
  const int length =
      X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  return length < 0 ? "nobody" : std::string(name, static_cast<size_t>(length));
}

std::string subject_of(const Result<KeyAndChain>& loaded) {
  if (!loaded) return loaded.fault().message;
  return common_name(loaded->certificate.get()) + " issued by " + std::to_string(loaded->chain.size());
}

std::string fault_of(const auto& result) {
  return result ? "no fault" : result.fault().message;
}

}  // namespace

TEST_CASE("a key with its certificate and chain is read from PEM, PKCS12 and JKS alike") {
  const Authority authority;
  const Issued issued = authority.issue({{"CN", "server"}});
  CHECK(subject_of(read_key(authority.pem() + issued.pem(), "")) == "server issued by 1");
  CHECK(subject_of(read_key(pkcs12_of(issued, authority, "pw"), "pw")) == "server issued by 1");
  const std::string jks =
      JksWriter().trusted("ca", authority.certificate()).key("me", issued, authority, "pw").sealed("pw");
  CHECK(subject_of(read_key(jks, "pw")) == "server issued by 1");
}

TEST_CASE("trusted certificates are read from PEM, PKCS12 and JKS alike") {
  const Authority one("one");
  const Authority two("two");
  CHECK(read_trusted(one.pem() + two.pem(), "")->size() == 2);
  CHECK(read_trusted(pkcs12_of(one.issue({{"CN", "x"}}), one, "pw"), "pw")->size() == 2);
  const std::string jks =
      JksWriter().trusted("one", one.certificate()).trusted("two", two.certificate()).sealed("pw");
  CHECK(read_trusted(jks, "pw")->size() == 2);
  CHECK(read_trusted(jks, "")->size() == 2);  // nothing is secret in it
}

TEST_CASE("a wrong password is told, and opens nothing") {
  const Authority authority;
  const Issued issued = authority.issue({{"CN", "server"}});
  CHECK(fault_of(read_key(pkcs12_of(issued, authority, "pw"), "no")).find("cannot be opened") !=
        std::string::npos);
  CHECK(fault_of(read_key(JksWriter().key("me", issued, authority, "pw").sealed("pw"), "no")) ==
        "the password is wrong, or the JKS store is damaged");
  CHECK(fault_of(read_key(JksWriter().key("me", issued, authority, "other").sealed("pw"), "pw")) ==
        "alias me: the key's password is not the store's");
}

TEST_CASE("a key without its certificate is refused") {
  const Authority authority;
  const Issued issued = authority.issue({{"CN", "server"}});
  const std::string pem = issued.pem();
  const std::string key_only = pem.substr(0, pem.find("-----BEGIN CERTIFICATE"));
  CHECK(fault_of(read_key(key_only + authority.pem(), "")) == "there is no certificate for the private key");
}

TEST_CASE("whoever has a store of a format that is not read is told how to convert it") {
  const KeyDirectory directory;
  const std::string message = fault_of(read_key("\xce\xce\xce\xce rest", "pw"));
  CHECK(message.find("keytool -importkeystore") != std::string::npos);
  CHECK(message.find("-srcstoretype JCEKS") != std::string::npos);
  const std::string path = directory.write("store.bcfks", "0rest");
  const std::string named = fault_of(load_key({path, "pw", ""}, "ssl.keyStore.location"));
  CHECK(named.starts_with("ssl.keyStore.location: " + path + ": BCFKS stores are not read"));
}

TEST_CASE("every truncation of a JKS store is refused") {
  const Authority authority;
  const std::string whole =
      JksWriter().key("me", authority.issue({{"CN", "x"}}), authority, "pw").sealed("pw");
  for (size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(parse_java_key_store(std::string_view(whole).substr(0, length), ""));
  }
}
