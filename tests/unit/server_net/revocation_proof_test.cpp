#include "server/net/revocation_proof.h"

#include <catch2/catch.hpp>

#include "tests/certs/certificates.h"
#include "server/net/http_fetch.h"

namespace paddock::net {

using tests::Authority;
using tests::Issued;

TEST_CASE("where a list is told is read as host, port and target") {
  const auto read = [](const char* url) { return parse_http_url(url); };
  CHECK(*read("http://crl.example/a/b?c") == HttpAddress{"crl.example", "80", "/a/b?c"});
  CHECK(*read("http://127.0.0.1:8080") == HttpAddress{"127.0.0.1", "8080", "/"});
  CHECK(*read("http://[::1]:81/x") == HttpAddress{"::1", "81", "/x"});
  CHECK(*read("http://[::1]/x") == HttpAddress{"::1", "80", "/x"});
  for (const char* bad :
       {"", "https://host/", "ldap://host/", "http://", "http:///x", "http://host:/", "http://host:x/",
        "http://host/a b", "http://host/\r\nX: y", "http://[::1", "http://[]:80/"}) {
    INFO(bad);
    CHECK_FALSE(read(bad).ok());
  }
}

TEST_CASE("what is no list and no answer says nothing about a certificate") {
  const Authority authority;
  const Issued bob = authority.issue({{"CN", "bob"}});
  X509* const issuer = const_cast<X509*>(authority.certificate());
  for (const std::string& bytes :
       {std::string(), std::string("nonsense"), std::string("\x30\x03\x02\x01\x01"), authority.pem(),
        std::string(100, '\0')}) {
    CHECK_FALSE(parse_crl(bytes));
    CHECK(standing_by_ocsp(bob.certificate.get(), issuer, bytes).standing == Standing::unknown);
  }
  CHECK(crl_urls(bob.certificate.get()).empty());
  CHECK(ocsp_urls(bob.certificate.get()).empty());
}

TEST_CASE("a list decides if it is the issuer's, signed by it, and of this time") {
  const Authority authority;
  const Authority other("Other CA");
  const Issued bob = authority.issue({{"CN", "bob"}});
  const Issued eve = authority.issue({{"CN", "eve"}});
  X509* const issuer = const_cast<X509*>(authority.certificate());
  const auto standing = [&](const Issued& of, const std::string& list) {
    return standing_by_crl(of.certificate.get(), issuer, parse_crl(list).get()).standing;
  };
  const std::string list = authority.revoke({&eve}, 0, 3600);
  CHECK(standing(bob, list) == Standing::good);
  CHECK(standing(eve, list) == Standing::revoked);
  CHECK(standing(bob, authority.revoke({&eve}, -7200, -3600)) == Standing::unknown);
  CHECK(standing(bob, authority.revoke({&eve}, 3600, 7200)) == Standing::unknown);
  CHECK(standing(bob, other.revoke({}, 0, 3600)) == Standing::unknown);
  CHECK(standing(bob, Authority().revoke({}, 0, 3600)) == Standing::unknown);  // the same name, another key
}

}  // namespace paddock::net
