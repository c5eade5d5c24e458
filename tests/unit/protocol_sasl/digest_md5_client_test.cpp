#include "protocol/sasl/digest_md5_client.h"

#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::sasl;

namespace {

const DigestNames kNames{"zookeeper-quorum", "zk-quorum-sasl-md5"};

DigestMd5Client client_of(const std::string& user, const std::string& password) {
  return DigestMd5Client(kNames, user, password, "C");
}

std::string failure(std::string_view challenge) {
  auto client = client_of("us", "pw");
  const auto answer = client.step(challenge);
  return answer ? "answered" : answer.fault().message;
}

}  // namespace

TEST_CASE("both halves of DIGEST-MD5 believe each other, whatever the name and the password hold") {
  for (const std::string text :
       {"plain", "a\"quote", "back\\slash", "a,b=c", "\xc3\xa4", "\xe2\x82\xac", ""}) {
    const Passwords passwords = {{text, text}};
    DigestMd5Server server(kNames, passwords, "N");
    auto client = client_of(text, text);
    const auto challenge = server.step(*client.begin());
    const auto answer = client.step(**challenge);
    REQUIRE(answer);
    const auto proof = server.step(**answer);
    REQUIRE(proof);
    CHECK_FALSE(client.is_complete());
    CHECK(client.step(**proof).ok());
    CHECK(client.is_complete());
    CHECK(server.user() == text);
  }
}

TEST_CASE("a server that does not know the password is not believed") {
  auto client = client_of("us", "pw");
  REQUIRE(client.step(R"(realm="r",nonce="N",charset=utf-8,algorithm=md5-sess)"));
  CHECK_FALSE(client.step("rspauth=00000000000000000000000000000000"));
  CHECK_FALSE(client.is_complete());
  auto early = client_of("us", "pw");
  CHECK_FALSE(early.step("rspauth=00000000000000000000000000000000"));
}

TEST_CASE("a challenge that is none is not answered") {
  CHECK(failure(R"(nonce="N")") == "answered");
  CHECK(failure(R"(nonce="N",qop="auth-int, auth")") == "answered");
  CHECK(failure(R"(nonce="N",qop="auth-conf")") == "the server does not offer qop auth");
  CHECK(failure(R"(realm="r")") == "the challenge is none of DIGEST-MD5");
  CHECK(failure("\"") == "the challenge is none of DIGEST-MD5");
}
