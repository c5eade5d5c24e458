#include "server/replica/sasl_login.h"

#include <catch2/catch.hpp>

#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

struct Door : Server {
  Door() {
    SaslOptions& sasl = options.access.sasl.emplace();
    sasl.passwords = {{"bob", "pw"}};
    sasl.nonce_secret = std::string(32, 's');
  }
};

bool send_token(Client& client, std::string_view token) {
  client::SaslToken record;
  record.token = token;
  return client.send(OpCode::sasl, jute::encoded(record));
}

// A client that answers the challenge as Java's does.
void log_in(Client& client, std::string_view user, std::string_view password) {
  send_token(client, "");
  const std::string challenge(client.last<client::SaslToken>().token.view());
  const auto given = sasl::parse_directives(challenge);
  REQUIRE(given);
  sasl::DigestParts parts;
  parts.user = user;
  parts.password = password;
  parts.realm = given->at("realm");
  parts.nonce = given->at("nonce");
  parts.cnonce = "C";
  parts.nc = "00000001";
  parts.qop = "auth";
  parts.uri = "zookeeper/zk-sasl-md5";
  send_token(client,
             fmt::format(R"(charset=utf-8,username="{}",realm="{}",nonce="{}",nc=00000001,cnonce="C",)"
                         R"(digest-uri="{}",maxbuf=65536,response={},qop=auth)",
                         user, parts.realm, parts.nonce, parts.uri, digest_response(parts, "AUTHENTICATE")));
}

std::vector<std::string> identities(Client& client) {
  client.send(OpCode::who_am_i, "");
  std::vector<std::string> names;
  const auto answer = client.last<client::WhoAmIResponse>();
  for (const auto& info : answer.identities) {
    names.push_back(std::string(info.scheme.view()) + ":" + std::string(info.user.view()));
  }
  return names;
}

// Stands for GSSAPI: the token is the principal.
struct Principal : sasl::Exchange {
  Result<std::optional<std::string>> step(std::string_view token) override {
    if (token.empty()) return make_fault("no principal");
    name = token;
    return std::optional<std::string>();
  }
  bool is_complete() const override { return !name.empty(); }
  const std::string& user() const override { return name; }

  std::string name;
};

struct Realm : Door {
  Realm() {
    SaslOptions& sasl = *options.access.sasl;
    sasl.gssapi = [] { return std::make_unique<Principal>(); };
    sasl.names.rules = *sasl::LocalNameRules::parse("DEFAULT");
    sasl.names.default_realm = "HOME";
    sasl.names.remove_realm = true;
    sasl.super_users = {"root"};
  }
};

}  // namespace

TEST_CASE("SASL: who knows the password is that user") {
  Door door;
  Client client = door.client();
  log_in(client, "bob", "pw");
  CHECK(client.heard() == Heard{"1 ok", "2 ok"});
  CHECK(client.last<client::SaslToken>().token.view().starts_with("rspauth="));
  CHECK(client.replies().back().header.zxid == 0);
  CHECK(identities(client).back() == "sasl:bob");
}

TEST_CASE("SASL: a super user is one by name") {
  Door door;
  door.options.access.sasl->super_users = {"bob"};
  Client client = door.client();
  log_in(client, "bob", "pw");
  CHECK(identities(client).back() == "super:");
}

TEST_CASE("SASL: who does not know it is answered -115, then the connection is closed") {
  Door door;
  Client client = door.client();
  log_in(client, "bob", "guess");
  CHECK(client.heard() == Heard{"1 ok", "2 -115", "closed"});
  CHECK(door.replica().status(door.now()).stats.auth_failed == 1);
}

TEST_CASE("SASL: with allowSaslFailedClients the connection stays, and is nobody") {
  Door door;
  door.options.access.sasl->keep_failed = true;
  Client client = door.client();
  log_in(client, "bob", "guess");
  CHECK(client.heard() == Heard{"1 ok", "2 ok"});
  CHECK(client.last<client::SaslToken>().token.is_null());
  CHECK(identities(client) == std::vector<std::string>{"ip:127.0.0.1"});
}

TEST_CASE("SASL: principals become ids as the rules say, and super users are known by those") {
  Realm realm;
  Client client = realm.client();
  send_token(client, "root@HOME");
  CHECK(client.last<client::SaslToken>().token.is_null());
  const auto names = identities(client);
  CHECK(std::vector(names.end() - 2, names.end()) == std::vector<std::string>{"sasl:root", "super:"});
}

TEST_CASE("SASL: who has proved a name that is none is nobody, and the operator hears of it") {
  Realm realm;
  Client client = realm.client();
  send_token(client, "a@b@HOME");
  CHECK(client.heard() == Heard{"1 -115", "closed"});
  REQUIRE(realm.remarks().size() == 1);
  CHECK_THAT(std::get<SaslFailure>(realm.remarks().front()).reason, Catch::Contains("a@b@HOME"));
}

TEST_CASE("SASL: no two connections are given the same nonce") {
  Door door;
  Client one = door.client();
  Client other = door.client();
  send_token(one, "");
  send_token(other, "");
  CHECK(one.last<client::SaslToken>().token.view() != other.last<client::SaslToken>().token.view());
}

TEST_CASE("enforced authentication: nothing but auth and sasl is answered before, not even a ping") {
  Door door;
  door.options.access.required_schemes = {"sasl", "digest"};
  SECTION("a ping") {
    Client client = door.client();
    client.ping();
    CHECK(client.heard() == Heard{"-2 -124", "closed"});
  }
  SECTION("a read") {
    Client client = door.client();
    client.get("/");
    CHECK(client.heard() == Heard{"1 -124", "closed"});
    CHECK(client.replies().back().header.zxid == 0);
  }
  SECTION("after sasl") {
    Client client = door.client();
    log_in(client, "bob", "pw");
    client.get("/");
    CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 ok"});
  }
  SECTION("after another of the schemes") {
    Client client = door.client();
    client.auth("digest", "u:p");
    client.get("/");
    CHECK(client.heard() == Heard{"-4 ok", "1 ok"});
  }
  SECTION("a failed exchange names the reason") {
    door.options.access.sasl->keep_failed = true;
    Client client = door.client();
    log_in(client, "bob", "guess");
    CHECK(client.heard() == Heard{"1 ok", "2 -124", "closed"});
  }
}

TEST_CASE(
    "ensemble names: who means another ensemble is closed without an answer, and the operator hears of it") {
  Server server;
  server.options.access.ensemble.emplace().names = {"north", "south"};
  Client client = server.client();
  client.auth("ensemble", "south");
  client.auth("ensemble", "");
  client.get("/");
  CHECK(client.heard() == Heard{"-4 ok", "-4 ok", "1 ok"});
  CHECK(identities(client) == std::vector<std::string>{"ip:127.0.0.1"});
  CHECK(server.remarks().empty());
  client.heard();
  client.auth("ensemble", "nort");
  CHECK(client.heard() == Heard{"closed"});
  REQUIRE(server.remarks().size() == 1);
  CHECK(std::get<UnknownEnsemble>(server.remarks()[0]).name == "nort");
}

TEST_CASE("ensemble names: without a list any is right, and without the provider the scheme is unknown") {
  Server server;
  const bool provider = GENERATE(true, false);
  if (provider) server.options.access.ensemble.emplace();
  Client client = server.client();
  client.auth("ensemble", "any");
  CHECK(client.heard() == (provider ? Heard{"-4 ok"} : Heard{"-4 -115", "closed"}));
}

TEST_CASE("the eager check answers at once, but behind what its session asked before, and asks no disk") {
  Server server;
  server.options.access.eager_acl_check = true;
  Client client = server.client();
  client.create_with_acl("/closed", {client::Acl{client::kPermRead, {"world", "anyone"}}});
  server.persist();
  client.heard();
  client.set("/closed", "x");
  CHECK(client.heard() == Heard{"2 -102"});
  CHECK(server.asked() == 0);
  client.create("/open");
  client.set("/closed", "x");
  CHECK(client.heard() == Heard{});
  server.persist();
  CHECK(client.heard() == Heard{"3 ok", "4 -102"});
}

TEST_CASE("a client certificate is an identity from the first request on") {
  Server server;
  Client client = server.client();
  server.replica().client_certified(client.connection(), "CN=bob,O=Clients");
  CHECK(identities(client).back() == "x509:CN=bob,O=Clients");
}

}  // namespace paddock::replica
