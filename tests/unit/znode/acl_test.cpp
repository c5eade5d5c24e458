#include "znode/acl.h"

#include <catch2/catch.hpp>

namespace paddock::znode::test {
namespace {

using client::Acl;

const Identities kNobody;

std::optional<Identities> auth(jute::Text scheme, jute::Buffer data, const Options& options = {},
                               const Identities& present = {}) {
  return authenticate(client::AuthPacket{0, scheme, data}, present, options);
}

ErrorCode fix(const AclView& asked, AclView& fixed, const Identities& who = kNobody,
              const Options& options = {}) {
  return fix_up_acl(asked, who, options, fixed);
}
ErrorCode fix(const Acl& entry) {
  AclView fixed;
  return fix({entry}, fixed);
}

bool ip_allows(std::string_view pattern, const char* address) {
  return allows({Acl{client::kPermRead, {"ip", pattern}}}, client::kPermRead, {ip_identity(address)}, {});
}

}  // namespace

TEST_CASE("digest authentication adds user and hash of the whole text") {
  CHECK(auth("digest", "super:secret") == Identities{{"digest", "super:lK75jTNcA+U9vtVEw5vB51mj/w4="}});
  CHECK(auth("digest", "user:pass:word")->front().id.starts_with("user:"));
  CHECK(auth("digest", "nocolon")->front().id.starts_with("nocolon:"));
  CHECK(auth("digest", "")->front().id == ":2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
}

TEST_CASE("the digest algorithm is an option, by OpenSSL's or Java's name") {
  for (const char* name : {"SHA256", "SHA-256"}) {
    Options options;
    options.digest_algorithm = name;
    CHECK(auth("digest", "u:p", options) ==
          Identities{{"digest", "u:/Y8xRBngpX5duYn15uUqIRaIaCviy5TEwSk419hCwuA="}});
  }
  Options unknown;
  unknown.digest_algorithm = "no such algorithm";
  CHECK_FALSE(auth("digest", "u:p", unknown).has_value());
}

TEST_CASE("the super digest makes super of whoever knows its password, for other users too") {
  Options options;
  options.super_digest = auth("digest", "root:secret")->front().id;
  CHECK(auth("digest", "root:secret", options) ==
        Identities{{"super", ""}, {"digest", options.super_digest}});
  CHECK(auth("digest", "root:wrong", options)->size() == 1);
}

TEST_CASE("an identity that is there already is not added again") {
  const Identities first = *auth("digest", "u:p");
  CHECK(auth("digest", "u:p", {}, first)->empty());
  CHECK(auth("ip", "")->empty());
}

TEST_CASE("authentication that no provider takes fails") {
  CHECK_FALSE(auth("world", "anyone").has_value());
  CHECK_FALSE(auth("sasl", "x").has_value());
  CHECK_FALSE(auth("nonsense", "x").has_value());
  CHECK_FALSE(auth({}, "x").has_value());
  CHECK_FALSE(auth("digest", {}).has_value());
  Options off;
  off.digest_auth = false;
  CHECK_FALSE(auth("digest", "u:p", off).has_value());
}

TEST_CASE("permission is granted by the first rule that holds: skipACL, no list, super, an entry") {
  const AclView nobody{Acl{client::kPermAll, {"digest", "x:y"}}};
  CHECK_FALSE(allows(nobody, client::kPermRead, {{"digest", "x:z"}}, {}));
  CHECK(allows(nobody, client::kPermRead, {{"digest", "x:y"}}, {}));
  CHECK(allows(nobody, client::kPermRead, {{"super", ""}}, {}));
  CHECK(allows({}, client::kPermRead, {}, {}));
  CHECK(allows(AclView::make_null(), client::kPermRead, {}, {}));
  Options skip;
  skip.skip_acl = true;
  CHECK(allows(nobody, client::kPermRead, {}, skip));
}

TEST_CASE("an entry counts if it has any of the wanted bits") {
  const AclView readable{Acl{client::kPermRead, {"world", "anyone"}}};
  CHECK(allows(readable, client::kPermRead | client::kPermAdmin, {}, {}));
  CHECK_FALSE(allows(readable, client::kPermAdmin, {}, {}));
  const AclView split{Acl{client::kPermRead, {"digest", "x:y"}},
                      Acl{client::kPermWrite, {"world", "anyone"}}};
  CHECK(allows(split, client::kPermWrite, {}, {}));
  CHECK_FALSE(allows(split, client::kPermRead, {}, {}));
}

TEST_CASE("a scheme without a provider matches nobody, digest too when it is off") {
  CHECK_FALSE(allows({Acl{31, {"sasl", "x"}}}, client::kPermRead, {{"sasl", "x"}}, {}));
  CHECK_FALSE(allows({Acl{31, {"world", "someone"}}}, client::kPermRead, {{"world", "someone"}}, {}));
  Options off;
  off.digest_auth = false;
  CHECK_FALSE(allows({Acl{31, {"digest", "x:y"}}}, client::kPermRead, {{"digest", "x:y"}}, off));
}

TEST_CASE("ip entries match by prefix, within one family") {
  CHECK(ip_allows("10.1.2.3", "10.1.2.3"));
  CHECK_FALSE(ip_allows("10.1.2.3", "10.1.2.4"));
  CHECK(ip_allows("10.1.2.3/16", "10.1.9.9"));
  CHECK_FALSE(ip_allows("10.1.2.3/16", "10.2.2.3"));
  CHECK(ip_allows("10.1.2.3/31", "10.1.2.2"));
  CHECK(ip_allows("0.0.0.0/0", "8.8.8.8"));
  CHECK(ip_allows("2001:db8::1", "2001:db8:0:0:0:0:0:1"));
  CHECK(ip_allows("2001:db8::/33", "2001:db8:7fff:0:0:0:0:1"));
  CHECK_FALSE(ip_allows("2001:db8::/33", "2001:db8:8000:0:0:0:0:1"));
  CHECK_FALSE(ip_allows("0.0.0.0/0", "0:0:0:0:0:0:0:1"));
  CHECK_FALSE(ip_allows("::/0", "127.0.0.1"));
}

TEST_CASE("ids of scheme ip that create refuses") {
  const auto fits = [](std::string_view id) { return fix(Acl{31, {"ip", id}}) == ErrorCode::ok; };
  CHECK(fits("1.2.3.4"));
  CHECK(fits("1.2.3.4/0"));
  CHECK(fits("1.2.3.4/32"));
  CHECK(fits("::1/128"));
  CHECK(fits("+1.2.3.4/+8"));
  CHECK(fits("-0.01.2.3/-0"));
  for (const std::string_view bad :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-1", "1.2.3.x", "1.2.3.", " 1.2.3.4", "+-1.2.3.4",
        "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/8/8", "::1/129", "::g", "localhost"}) {
    CAPTURE(bad);
    CHECK_FALSE(fits(bad));
  }
}

TEST_CASE("ids of scheme digest need two parts as Java's split counts them") {
  const auto fits = [](std::string_view id) { return fix(Acl{31, {"digest", id}}) == ErrorCode::ok; };
  CHECK(fits("u:p"));
  CHECK(fits(":p"));
  CHECK(fits("u:p:"));
  CHECK(fits("u:p::"));
  CHECK_FALSE(fits("u:"));
  CHECK_FALSE(fits("u"));
  CHECK_FALSE(fits(""));
  CHECK_FALSE(fits(":"));
  CHECK_FALSE(fits("u:p:q"));
}

TEST_CASE("entries of unknown or missing schemes are refused") {
  CHECK(fix(Acl{31, {"world", "anyone"}}) == ErrorCode::ok);
  CHECK(fix(Acl{31, {"world", "everyone"}}) == ErrorCode::invalid_acl);
  CHECK(fix(Acl{31, {"sasl", "me"}}) == ErrorCode::invalid_acl);
  CHECK(fix(Acl{31, {"x509", "CN=me"}}) == ErrorCode::invalid_acl);
  CHECK(fix(Acl{31, {"super", ""}}) == ErrorCode::invalid_acl);
  CHECK(fix(Acl{31, {{}, "anyone"}}) == ErrorCode::invalid_acl);
  CHECK(fix(Acl{31, {}}) == ErrorCode::invalid_acl);
  AclView fixed;
  CHECK(fix({}, fixed) == ErrorCode::invalid_acl);
  CHECK(fix(AclView::make_null(), fixed) == ErrorCode::invalid_acl);
}

TEST_CASE("a null id makes ZooKeeper throw where it looks at the id") {
  CHECK(fix(Acl{31, {"world", {}}}) == ErrorCode::marshalling_error);
  CHECK(fix(Acl{31, {"digest", {}}}) == ErrorCode::marshalling_error);
  CHECK(fix(Acl{31, {"ip", {}}}) == ErrorCode::marshalling_error);
  CHECK(fix(Acl{31, {"sasl", {}}}) == ErrorCode::invalid_acl);
  AclView fixed;
  CHECK(fix({Acl{31, {"auth", {}}}}, fixed, {{"digest", "u:h"}}) == ErrorCode::ok);
}

TEST_CASE("repetitions are dropped, the first one stays, also in a long list") {
  const Acl a{1, {"world", "anyone"}};
  const Acl b{2, {"world", "anyone"}};
  AclView fixed;
  CHECK(fix({a, b, a, b, a}, fixed) == ErrorCode::ok);
  CHECK(fixed == AclView{a, b});
  AclView list;
  for (int i = 0; i < 1000; ++i) list.items.push_back(Acl{i % 10 + 1, {"world", "anyone"}});
  CHECK(fix(list, fixed) == ErrorCode::ok);
  CHECK(fixed.size() == 10);
  CHECK(fixed.items[9].perms == 10);
}

TEST_CASE("auth becomes one entry per identity that was proved, and is not de-duplicated again") {
  const Identities who{{"ip", "1.2.3.4"}, {"digest", "a:b"}, {"super", ""}, {"digest", "c:d"}};
  AclView fixed;
  CHECK(fix({Acl{31, {"digest", "a:b"}}, Acl{31, {"auth", "ignored"}}}, fixed, who) == ErrorCode::ok);
  CHECK(fixed == AclView{Acl{31, {"digest", "a:b"}}, Acl{31, {"digest", "a:b"}}, Acl{31, {"digest", "c:d"}}});
  CHECK(fix({Acl{31, {"auth", ""}}}, fixed, {{"ip", "1.2.3.4"}, {"super", ""}}) == ErrorCode::invalid_acl);
}

TEST_CASE("skipACL skips the check, not the fix-up") {
  Options skip;
  skip.skip_acl = true;
  AclView fixed;
  CHECK(fix({Acl{31, {"nonsense", "x"}}}, fixed, kNobody, skip) == ErrorCode::invalid_acl);
}

TEST_CASE("masking hides what follows the user, in digest entries alone") {
  AclView acl{Acl{1, {"digest", "u:hash"}}, Acl{1, {"ip", "::1"}}, Acl{1, {"digest", "v:hash:more"}}};
  std::vector<std::string> storage;
  mask_digests(acl, storage);
  CHECK(acl == AclView{Acl{1, {"digest", "u:x"}}, Acl{1, {"ip", "::1"}}, Acl{1, {"digest", "v:x"}}});
}

TEST_CASE("whoAmI shows the user of a digest, an address, and nothing for super") {
  CHECK(display_user({"digest", "u:hash"}) == "u");
  CHECK(display_user({"ip", "::1"}) == "::1");
  CHECK(display_user({"super", ""}).empty());
}

}  // namespace paddock::znode::test
