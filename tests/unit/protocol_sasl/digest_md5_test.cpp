#include "protocol/sasl/digest_md5.h"

#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::sasl;

namespace {

const Passwords kPasswords = {{"bob", "secret"}, {"J\xc3\xbcrgen", "gr\xc3\xbc\xc3\x9f"}};

DigestParts parts_of(std::string_view user, std::string_view password) {
  DigestParts parts;
  parts.user = user;
  parts.password = password;
  parts.realm = "zk-sasl-md5";
  parts.nonce = "N";
  parts.cnonce = "C";
  parts.nc = "00000001";
  parts.qop = "auth";
  parts.uri = "zookeeper/zk-sasl-md5";
  return parts;
}

std::string response_of(const DigestParts& parts) {
  return fmt::format(
      R"(username="{}",realm="{}",nonce="{}",cnonce="{}",nc={},qop={},digest-uri="{}",response={})",
      parts.user, parts.realm, parts.nonce, parts.cnonce, parts.nc, parts.qop, parts.uri,
      digest_response(parts, "AUTHENTICATE"));
}

// What an exchange comes to: the user, or why there is none.
std::string outcome(const std::string& response) {
  DigestMd5Server server({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  if (!server.step("")) return "no challenge";
  const auto answer = server.step(response);
  return server.is_complete() ? server.user() : answer.fault().message;
}

}  // namespace

TEST_CASE("the example of RFC 2831 comes out") {
  DigestParts parts;
  parts.user = "chris";
  parts.realm = "elwood.innosoft.com";
  parts.password = "secret";
  parts.nonce = "OA6MG9tEQGm2hh";
  parts.cnonce = "OA6MHXh6VqTrRk";
  parts.nc = "00000001";
  parts.qop = "auth";
  parts.uri = "imap/elwood.innosoft.com";
  CHECK(digest_response(parts, "AUTHENTICATE") == "d388dad90d4bbd760a152321f2143af7");
  CHECK(digest_response(parts, "") == "ea40f60335c427b5527b84dbabcdfffd");
}

TEST_CASE("an exchange ends with the proof that the server knows the password too") {
  DigestMd5Server server({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  CHECK(**server.step("") == R"(realm="zk-sasl-md5",nonce="N",charset=utf-8,algorithm=md5-sess)");
  const DigestParts parts = parts_of("bob", "secret");
  CHECK(**server.step(response_of(parts)) == "rspauth=" + digest_response(parts, ""));
  CHECK(server.user() == "bob");
}

TEST_CASE("a wrong password and an unknown user fail alike") {
  CHECK(outcome(response_of(parts_of("bob", "wrong"))) == "unknown user or wrong password");
  CHECK(outcome(response_of(parts_of("eve", "secret"))) == "unknown user or wrong password");
  CHECK(outcome(response_of(parts_of("eve", ""))) == "unknown user or wrong password");
}

TEST_CASE("a response to something else than was asked fails") {
  const auto changed = [](auto&& change) {
    DigestParts parts = parts_of("bob", "secret");
    change(parts);
    return outcome(response_of(parts));
  };
  CHECK(changed([](DigestParts&) {}) == "bob");
  CHECK(changed([](DigestParts& parts) { parts.nonce = "M"; }) == "the response is to another nonce");
  CHECK(changed([](DigestParts& parts) { parts.nc = "00000002"; }) == "the nonce count is not 1");
  CHECK(changed([](DigestParts& parts) { parts.cnonce = ""; }) == "the response has no cnonce");
  CHECK(changed([](DigestParts& parts) { parts.realm = "x"; }) == "the response is for another realm");
  CHECK(changed([](DigestParts& parts) { parts.uri = "imap/zk-sasl-md5"; }) ==
        "the response is for another service");
  CHECK(changed([](DigestParts& parts) { parts.uri = "zookeeper/host/zk-sasl-md5"; }) == "bob");
  CHECK(changed([](DigestParts& parts) { parts.qop = "auth-int"; }) ==
        "the client wants qop auth-int; only auth is there");
  CHECK(outcome("nonsense") == "the response is no list of directives");
  CHECK(outcome(std::string(5000, 'x')) == "a response of 5000 bytes");
}

TEST_CASE("a failed exchange does not go on, and a complete one takes nothing more") {
  DigestMd5Server failed({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  REQUIRE(failed.step(""));
  REQUIRE_FALSE(failed.step("username=\"bob\""));
  CHECK_FALSE(failed.step(response_of(parts_of("bob", "secret"))));
  CHECK_FALSE(failed.step(""));
  DigestMd5Server complete({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  REQUIRE(complete.step(""));
  REQUIRE(complete.step(response_of(parts_of("bob", "secret"))));
  CHECK_FALSE(complete.step(""));
  DigestMd5Server early({"zookeeper", "zk-sasl-md5"}, kPasswords, "N");
  CHECK_FALSE(early.step(response_of(parts_of("bob", "secret"))));
}

TEST_CASE("names and passwords of ISO 8859-1 are hashed in it, as the RFC wants") {
  const DigestParts utf8 = parts_of("J\xc3\xbcrgen", "gr\xc3\xbc\xc3\x9f");
  const DigestParts latin = parts_of("J\xfcrgen", "gr\xfc\xdf");
  CHECK(digest_response(utf8, "AUTHENTICATE") == digest_response(latin, "AUTHENTICATE"));
  CHECK(outcome(response_of(utf8)) == "J\xc3\xbcrgen");
}

TEST_CASE("directives are read as RFC 2831 writes them") {
  const auto given = parse_directives(R"( Realm = "a\"b" , nc=00000001,, qop=auth,)");
  REQUIRE(given);
  CHECK(*given == Directives{{"nc", "00000001"}, {"qop", "auth"}, {"realm", "a\"b"}});
  CHECK(parse_directives("")->empty());
  for (const char* wrong : {"a", "a=\"b", "a=\"b\\", "=b", "a=b c=d", "a=b,a=c", "a=b,A=c", "\"a\"=b"}) {
    INFO(wrong);
    CHECK_FALSE(parse_directives(wrong));
  }
}

TEST_CASE("nonces differ by number and by secret") {
  CHECK(make_nonce("s", 1) == make_nonce("s", 1));
  CHECK(make_nonce("s", 1) != make_nonce("s", 2));
  CHECK(make_nonce("s", 1) != make_nonce("t", 1));
  CHECK(make_nonce("s", 1).size() == 64);
}
