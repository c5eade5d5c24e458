#include "server/zab/membership.h"

#include <catch2/catch.hpp>

#include "server/zab/membership_lines.h"

namespace paddock::zab {
namespace {

Member member(int64_t id, std::string host = "h") {
  Member member;
  member.id = ServerId{id};
  member.quorum = {{host, 2888}};
  member.election = {{host, 3888}};
  return member;
}

Membership of(std::vector<Member> members) {
  Membership membership;
  for (Member& each : members) membership.members[each.id] = each;
  return membership;
}

std::set<ServerId> ids(std::initializer_list<int64_t> numbers) {
  std::set<ServerId> result;
  for (const int64_t number : numbers) result.insert(ServerId{number});
  return result;
}

std::vector<std::string> server_order(const Membership& membership) {
  std::vector<std::string> order;
  const std::string text = membership.to_text();
  for (size_t at = text.find("server."); at != std::string::npos; at = text.find("server.", at + 1)) {
    order.push_back(text.substr(at + 7, text.find('=', at) - at - 7));
  }
  return order;
}

}  // namespace

TEST_CASE("an ensemble of one is a quorum of one") {
  const Membership one = membership_of_one(ServerId{7});
  CHECK(one.is_voter(ServerId{7}));
  CHECK_FALSE(one.is_voter(ServerId{1}));
  CHECK(one.is_quorum(ids({7})));
  CHECK_FALSE(one.is_quorum(ids({1})));
  CHECK_FALSE(one.is_quorum({}));
}

TEST_CASE("a majority is more than half of the voters, and observers are none") {
  Membership membership = of({member(1), member(2), member(3), member(4), member(5)});
  membership.members[ServerId{5}].observer = true;
  CHECK_FALSE(membership.is_voter(ServerId{5}));
  CHECK_FALSE(membership.is_quorum(ids({1, 2})));
  CHECK_FALSE(membership.is_quorum(ids({1, 2, 5, 9})));
  CHECK(membership.is_quorum(ids({1, 2, 4})));
}

TEST_CASE("a hierarchical quorum is won groups, not won servers") {
  Membership membership = of({member(1), member(2), member(3), member(4), member(5), member(6), member(7)});
  membership.hierarchical = true;
  for (auto& [id, each] : membership.members) each.group = (id.value + 2) / 3;  // 123 456 7
  CHECK(membership.is_quorum(ids({1, 2, 4, 5})));
  CHECK_FALSE(membership.is_quorum(ids({1, 2, 3, 4})));
  CHECK(membership.is_quorum(ids({1, 2, 7})));

  SECTION("weights count, not heads") {
    membership.members[ServerId{4}].weight = 3;
    CHECK(membership.is_quorum(ids({1, 2, 4})));
  }
  SECTION("half a weight is not more than half") {
    membership.members[ServerId{4}].weight = 2;
    CHECK_FALSE(membership.is_quorum(ids({1, 2, 4})));
  }
  SECTION("a group without weight neither helps nor is missed") {
    membership.members[ServerId{7}].weight = 0;
    CHECK_FALSE(membership.is_quorum(ids({1, 2, 7})));
    CHECK(membership.is_quorum(ids({1, 2, 4, 5})));
  }
}

TEST_CASE("the configuration text is ZooKeeper's to the byte") {
  Membership membership = of({member(1, "host1"), member(2, "fe80::1")});
  membership.members[ServerId{1}].client = Address{"0.0.0.0", 2181};
  membership.members[ServerId{2}].observer = true;
  membership.version = 0x100000003;
  CHECK(membership.to_text() ==
        "server.1=host1:2888:3888:participant;0.0.0.0:2181\n"
        "server.2=[fe80::1]:2888:3888:observer\n"
        "version=100000003");
}

TEST_CASE("several addresses of a server are joined, sorted by host") {
  Member both = member(1, "b");
  both.quorum.push_back({"a", 2889});
  both.election.push_back({"a", 3889});
  CHECK(of({both}).to_text() == "server.1=a:2889:3889|b:2888:3888:participant\nversion=0");
}

TEST_CASE("groups and weights follow the servers") {
  Membership membership = of({member(1), member(2), member(3)});
  membership.hierarchical = true;
  for (auto& [id, each] : membership.members) each.group = id.value == 3 ? 2 : 1;
  membership.members[ServerId{2}].weight = 5;
  CHECK(membership.to_text() ==
        "server.1=h:2888:3888:participant\nserver.2=h:2888:3888:participant\n"
        "server.3=h:2888:3888:participant\n"
        "group.1=1:2\ngroup.2=3\nweight.1=1\nweight.2=5\nweight.3=1\nversion=0");
}

TEST_CASE("the version of a text is the one that the whole text is read with") {
  const auto text =
      GENERATE(as<std::string>(), "version=a", "\f\f version=a", "version : a\nserver.1=h:1:2:participant",
               "version=b\nversion=a\n\n", "#version=b\nversion a\n#version=c", "version=a\n!version=b");
  CAPTURE(text);
  CHECK(parse_membership(text)->version == 10);
  CHECK(version_in(text) == 10);
  CHECK(version_in("server.1=h:1:2:participant") == 0);
  CHECK(version_in("") == 0);
}

TEST_CASE("a group has a number that is not 0") {
  const std::string servers = "server.1=h:1:2:participant\n";
  CHECK(parse_membership(servers + "group.1=1").ok());
  CHECK(parse_membership(servers + "group.0=1").fault().message ==
        "'0' is not the number of a group: any but 0");
  CHECK(parse_membership(servers + "group.x=1").fault().message ==
        "'x' is not the number of a group: any but 0");
}

TEST_CASE("servers are listed as a Java HashMap walks them") {
  SECTION("16 buckets for up to 12 servers") {
    CHECK(server_order(of({member(1), member(15), member(16), member(17), member(33)})) ==
          std::vector<std::string>{"16", "1", "17", "33", "15"});
  }
  SECTION("32 buckets for 13") {
    std::vector<Member> members;
    for (int64_t id = 1; id <= 12; ++id) members.push_back(member(id));
    members.push_back(member(32));
    CHECK(server_order(of(members)).front() == "32");
    members.back() = member(16);
    CHECK(server_order(of(members)).back() == "16");
  }
}

TEST_CASE("a version is no number below 0") {
  CHECK_FALSE(parse_membership("version=-4").ok());
  CHECK(version_in("version=-4") == 0);
  CHECK(parse_membership("version=7fffffffffffffff")->version == INT64_MAX);
}

}  // namespace paddock::zab
