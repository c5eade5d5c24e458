#include "server/zab/membership_lines.h"

#include <catch2/catch.hpp>

#include "server/config/config.h"

using namespace paddock;
using namespace paddock::config;

namespace {

zab::Member member(std::string_view line) {
  auto member = zab::parse_server_line(ServerId{1}, line);
  if (!member) FAIL(member.fault().message);
  return std::move(*member);
}

std::string fault_of(const std::string& lines) {
  auto config = parse_config("dataDir=/d\ninitLimit=5\nsyncLimit=2\n" + lines, "zoo.cfg", {});
  return config ? "no fault" : config.fault().message;
}

Config ensemble(const std::string& lines) {
  auto config = parse_config("dataDir=/d\ninitLimit=5\nsyncLimit=2\n" + lines, "zoo.cfg", {});
  if (!config) FAIL(config.fault().message);
  return std::move(*config);
}

}  // namespace

TEST_CASE("every part of a server line") {
  const zab::Member plain = member("host1:2888:3888");
  CHECK(plain.quorum == std::vector<zab::Address>{{"host1", 2888}});
  CHECK(plain.election == std::vector<zab::Address>{{"host1", 3888}});
  CHECK_FALSE(plain.observer);
  CHECK_FALSE(plain.client.has_value());

  const zab::Member full = member("[2001:db8::1]:2888:3888:Observer;[::1]:2181;127.0.0.1:2281");
  CHECK(full.quorum == std::vector<zab::Address>{{"2001:db8::1", 2888}});
  CHECK(full.observer);
  CHECK(full.client == zab::Address{"::1", 2181});
  CHECK(full.secure_client == zab::Address{"127.0.0.1", 2281});

  const zab::Member two = member("a:1:2|b:3:4:participant;2181");
  CHECK(two.quorum == std::vector<zab::Address>{{"a", 1}, {"b", 3}});
  CHECK(two.election == std::vector<zab::Address>{{"a", 2}, {"b", 4}});
  CHECK(two.client == zab::Address{"0.0.0.0", 2181});
}

TEST_CASE("a server line that is none is refused") {
  for (const char* line : {"", "h", "h:1", "h:1:2:3", "h:1:x", "h:1:70000", "h:1:2:participant:x", "h:1:2;x",
                           "h:1:2;a:b:1", "h:1:2;1;2;3", "[::1:1:2", ":1:2"}) {
    INFO(line);
    CHECK_FALSE(zab::parse_server_line(ServerId{1}, line).ok());
  }
}

TEST_CASE("an ensemble is understood") {
  const Config config = ensemble("server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2:observer\nversion=1f");
  CHECK_FALSE(config.is_standalone());
  CHECK(config.membership.members.size() == 3);
  CHECK(config.membership.members.at(ServerId{3}).observer);
  CHECK(config.membership.version == 0x1f);
  CHECK_FALSE(config.membership.hierarchical);
}

TEST_CASE("one server line runs alone unless standaloneEnabled is false") {
  CHECK(ensemble("server.1=a:1:2").is_standalone());
  CHECK_FALSE(ensemble("server.1=a:1:2\nstandaloneEnabled=false").is_standalone());
}

TEST_CASE("groups and weights make a hierarchical ensemble") {
  const Config config = ensemble("server.1=a:1:2\nserver.2=b:1:2\ngroup.7=1:2\nweight.2=0");
  CHECK(config.membership.hierarchical);
  CHECK(config.membership.members.at(ServerId{1}).group == 7);
  CHECK(config.membership.members.at(ServerId{1}).weight == 1);
  CHECK(config.membership.members.at(ServerId{2}).weight == 0);
}

TEST_CASE("an ensemble that cannot be is refused") {
  const std::string two = "server.1=a:1:2\nserver.2=b:1:2\n";
  CHECK(fault_of(two + "group.1=1") ==
        "zoo.cfg: server.2 is in no group, although there are groups or weights");
  CHECK(fault_of(two + "group.1=1:2\ngroup.2=2") == "zoo.cfg:7: group.2: server 2 is in two groups");
  CHECK(fault_of(two + "group.1=1:2:3") == "zoo.cfg: group.1 names no server 3");
  CHECK(fault_of(two + "group.1=1:2\nweight.9=1") == "zoo.cfg: weight.9 names no server");
  CHECK(fault_of("server.1=a:1:2:observer") ==
        "zoo.cfg: there are observers but no participant among the server.N lines");
  CHECK(fault_of("server.1=a:1:2\nserver.2=a:1:2:observer") ==
        "zoo.cfg: observers need a quorum; one participant with standaloneEnabled runs alone");
  CHECK(fault_of(two + "initLimit=0") == "zoo.cfg: initLimit is not set");
  CHECK(fault_of(two + "dynamicConfigFile=/x") ==
        "zoo.cfg:4: server.1 must be in the file that dynamicConfigFile names");
}
