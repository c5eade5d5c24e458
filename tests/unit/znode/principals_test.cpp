#include "znode/principal_name.h"

#include <catch2/catch.hpp>

#include "znode/acl.h"
#include "znode/acl_scheme.h"

using namespace paddock;
using namespace paddock::znode;

namespace {

const std::string kBob = "CN=bob,O=Clients";

Options with_all_schemes() {
  Options options;
  options.x509_auth = true;
  options.sasl_auth = true;
  return options;
}

AclView only(std::string_view scheme, std::string_view id) {
  AclView acl;
  acl.items = {client::Acl{client::kPermAll, {scheme, id}}};
  acl.null = false;
  return acl;
}

bool may(const Identities& who, std::string_view scheme, std::string_view id, const Options& options) {
  return allows(only(scheme, id), client::kPermRead, who, options);
}

ErrorCode stored(std::string_view scheme, std::string_view id, const Options& options) {
  AclView fixed;
  return fix_up_acl(only(scheme, id), {}, options, fixed);
}

}  // namespace

TEST_CASE("names of SASL are those that KerberosName takes") {
  for (const char* name : {"bob", "bob/host", "a/b/c", "", "bob@REALM", "bob/host@REALM", "@", "/@"}) {
    INFO(name);
    CHECK(is_kerberos_name(name));
  }
  for (const char* name : {"a@b@c", "a/b/c@d", "a@b/c"}) {
    INFO(name);
    CHECK_FALSE(is_kerberos_name(name));
  }
}

TEST_CASE("names of certificates are those that X500Principal takes") {
  for (const char* name :
       {"CN=bob", "cn=bob, o=Clients;C=DE", "CN=a+OU=b", "CN=\"a, b\"", "CN=a\\, b", "",
        "1.2.840.113549.1.9.1=#1603614062,CN=a", "OID.1.2=x", "UID=me,DC=example,DC=org"}) {
    INFO(name);
    CHECK(is_distinguished_name(name));
  }
  for (const char* name :
       {"bob", "CN", "NOPE=bob", "CN=bob,", "CN=\"a", "CN=a\\", "=bob", "1=x", "CN=a,,O=b"}) {
    INFO(name);
    CHECK_FALSE(is_distinguished_name(name));
  }
}

TEST_CASE("schemes that nothing is configured for are refused in ACLs, and match nobody") {
  const Options none;
  CHECK(stored("x509", kBob, none) == ErrorCode::invalid_acl);
  CHECK(stored("sasl", "bob", none) == ErrorCode::invalid_acl);
  CHECK_FALSE(may({{"x509", kBob}}, "x509", kBob, none));
  const Options all = with_all_schemes();
  CHECK(stored("x509", kBob, all) == ErrorCode::ok);
  CHECK(stored("sasl", "bob", all) == ErrorCode::ok);
  CHECK(stored("x509", "bob", all) == ErrorCode::invalid_acl);
  CHECK(stored("sasl", "a@b@c", all) == ErrorCode::invalid_acl);
}

TEST_CASE("x509 and sasl ids match themselves, and not each other") {
  const Options all = with_all_schemes();
  CHECK(may({{"x509", kBob}}, "x509", kBob, all));
  CHECK_FALSE(may({{"x509", "CN=eve"}}, "x509", kBob, all));
  CHECK_FALSE(may({{"sasl", kBob}}, "x509", kBob, all));
  CHECK(may({{"sasl", "bob"}}, "sasl", "bob", all));
  CHECK_FALSE(may({{"sasl", "eve"}}, "sasl", "bob", all));
}

TEST_CASE("the super user of x509 may do everything") {
  Options options = with_all_schemes();
  options.x509_super_user = kBob;
  CHECK(may(certificate_identities(kBob, options), "digest", "u:p", options));
  CHECK_FALSE(may(certificate_identities("CN=eve", options), "digest", "u:p", options));
}

TEST_CASE("letAnySaslUserDoX: that id of an ACL means every user of SASL") {
  Options options = with_all_schemes();
  options.any_sasl_user = "anybody";
  CHECK(may({{"sasl", "bob"}}, "sasl", "anybody", options));
  CHECK_FALSE(may({{"sasl", "bob"}}, "sasl", "other", options));
  CHECK_FALSE(may({{"digest", "bob"}}, "sasl", "anybody", options));
}

TEST_CASE("an auth packet of scheme x509 succeeds for who has shown a certificate, and adds nothing") {
  const Options all = with_all_schemes();
  client::AuthPacket packet;
  packet.scheme = "x509";
  const auto again = authenticate(packet, certificate_identities(kBob, all), all);
  REQUIRE(again);
  CHECK(again->empty());
  CHECK_FALSE(authenticate(packet, {ip_identity("127.0.0.1")}, all));
  packet.scheme = "sasl";
  CHECK_FALSE(authenticate(packet, {{"sasl", "bob"}}, all));
}

TEST_CASE("an ACL entry auth stands for x509 and sasl, too") {
  const Options all = with_all_schemes();
  const Identities who = {ip_identity("127.0.0.1"), {"x509", kBob}, {"sasl", "bob"}};
  AclView fixed;
  REQUIRE(fix_up_acl(only("auth", ""), who, all, fixed) == ErrorCode::ok);
  REQUIRE(fixed.size() == 2);
  CHECK(fixed.items[0].id.scheme == "x509");
  CHECK(fixed.items[1].id.scheme == "sasl");
}
