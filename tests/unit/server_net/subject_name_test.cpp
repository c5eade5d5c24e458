#include "server/net/subject_name.h"

#include <catch2/catch.hpp>

#include "tests/certs/certificates.h"

using namespace paddock::net;
using namespace paddock::tests;

TEST_CASE("a subject is named as Java's X500Principal names it") {
  const Authority authority;
  const auto name = [&](const Subject& subject) {
    return subject_name(authority.issue(subject).certificate.get());
  };
  CHECK(name({{"C", "DE"}, {"O", "A, \"B\" & Co"}, {"CN", "a+b=c"}}) ==
        "CN=a\\+b\\=c,O=A\\, \\\"B\\\" & Co,C=DE");
  CHECK(name({{"CN", " blank "}}) == "CN=\\ blank\\ ");
  CHECK(name({{"CN", "#1"}}) == "CN=\\#1");
  CHECK(name({{"CN", "J\xc3\xbcrgen"}}) == "CN=J\xc3\xbcrgen");
  CHECK(name({{"DC", "org"}, {"DC", "example"}, {"UID", "me"}}) == "UID=me,DC=example,DC=org");
  CHECK(name({{"O", "x"}, {"CN", "a"}, {"+OU", "b"}}) == "CN=a+OU=b,O=x");
  CHECK(name({{"CN", "a"}, {"emailAddress", "a@b"}}) == "1.2.840.113549.1.9.1=#1603614062,CN=a");
}
