#include "client/shell/config_text.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {

TEST_CASE("the configuration of an ensemble is read, and told as zkCli's config -c tells it") {
  const auto config = ConfigText::parse(
      "server.1=10.0.0.1:2888:3888:participant;0.0.0.0:2181\n"
      "server.2=[::1]:2888:3888:observer;[::1]:2182\n"
      "server.3=c:2888:3888|d:2888:3888:participant;2183\n"
      "server.4=e:2888:3888:participant\n"
      "version=100000003");
  REQUIRE(config.servers.size() == 4);
  CHECK(config.version == "100000003");
  CHECK(config.servers[0].id == "1");
  CHECK(config.servers[0].role == "participant");
  CHECK(config.servers[1].host == "::1");
  CHECK(config.servers[1].role == "observer");
  CHECK_FALSE(config.servers[3].client.has_value());
  CHECK(config.client_text() == "100000003 0.0.0.0:2181,[::1]:2182,0.0.0.0:2183");
  CHECK(config.client_addresses() == std::vector<HostPort>{{"10.0.0.1", 2181}, {"::1", 2182}, {"c", 2183}});
}

TEST_CASE("what is no configuration gives no servers") {
  CHECK(ConfigText::parse("").servers.empty());
  CHECK(ConfigText::parse("null").servers.empty());
  CHECK_FALSE(ConfigText::parse("server.1=a:1:2;x").servers.at(0).client.has_value());
}

}  // namespace paddock::client::shell
