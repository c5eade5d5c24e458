#include "client/shell/text_forms.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "client/shell/quota_text.h"

namespace paddock::client::shell {

TEST_CASE("a stat has zkCli's eleven lines") {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const Stat stat{0x12, 0x1f, 1795294371000, 1795294372000, 3, 2, 1, 0x100000a, 5, 4, 0x20};
  CHECK(stat_text(stat) ==
        "cZxid = 0x12\n"
        "ctime = Sat Nov 21 20:52:51 UTC 2026\n"
        "mZxid = 0x1f\n"
        "mtime = Sat Nov 21 20:52:52 UTC 2026\n"
        "pZxid = 0x20\n"
        "cversion = 2\n"
        "dataVersion = 3\n"
        "aclVersion = 1\n"
        "ephemeralOwner = 0x100000a\n"
        "dataLength = 5\n"
        "numChildren = 4");
}

TEST_CASE("lists, ACLs and errors look as zkCli's") {
  CHECK(list_text({}) == "[]");
  CHECK(list_text({"a", "b"}) == "[a, b]");
  CHECK(acl_text({{kPermAll, "world", "anyone"}, {kPermRead, "ip", "10.0.0.0/8"}}) ==
        "'world,'anyone\n: cdrwa\n'ip,'10.0.0.0/8\n: r");
  CHECK(error_text(ErrorCode::no_node, "/x") == "Node does not exist: /x");
  CHECK(error_text(ErrorCode::not_empty, "/x") == "Node not empty: /x");
  CHECK(error_text(ErrorCode::throttled_op, "/x") == "ThrottledOp (-127): /x");
}

TEST_CASE("an ACL is read back from its text, also with colons in the id") {
  CHECK(parse_acl("digest:u:hash=:rw,world:anyone:cdrwa").value() ==
        std::vector<OwnedAcl>{{kPermRead | kPermWrite, "digest", "u:hash="}, {kPermAll, "world", "anyone"}});
  CHECK(parse_acl("auth::r").value() == std::vector<OwnedAcl>{{kPermRead, "auth", ""}});
  CHECK_FALSE(parse_acl("").ok());
  CHECK_FALSE(parse_acl("world:r").ok());
  CHECK(parse_acl("world:anyone:rx").fault().message == "'x' in 'world:anyone:rx' is none of cdrwa");
}

TEST_CASE("a quota's text survives a round trip in ZooKeeper's form") {
  CHECK(QuotaText{5, -1, -1, -1}.str() == "count=5,bytes=-1=;byteHardLimit=-1;countHardLimit=-1");
  for (const QuotaText& quota :
       {QuotaText{5, -1, -1, -1}, QuotaText{-1, -1, 5, 100}, QuotaText{1, 2, 9, -1}}) {
    INFO(quota.str());
    CHECK(QuotaText::parse(quota.str()) == quota);
  }
  CHECK(QuotaText::parse("count=5,bytes=-1") == QuotaText{5, -1, -1, -1});
  CHECK(QuotaText::parse("count=5,other=7,bytes=x") == QuotaText{5, -1, -1, -1});
  CHECK(QuotaText::parse("").empty());
}

}  // namespace paddock::client::shell
