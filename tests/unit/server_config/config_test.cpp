#include "server/config/config.h"

#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::config;

namespace {

Config parsed(std::string_view text, const std::vector<std::string>& defines = {}) {
  auto config = parse_config(text, "zoo.cfg", defines);
  if (!config) FAIL(config.fault().message);
  return std::move(*config);
}

std::string fault_of(std::string_view text) {
  auto config = parse_config(text, "zoo.cfg", {});
  return config ? "no fault" : config.fault().message;
}

}  // namespace

TEST_CASE("ZooKeeper's sample configuration") {
  const Config config = parsed(
      "tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir=/var/lib/zookeeper\nclientPort=2181\n"
      "clientPortAddress=127.0.0.1\nmaxClientCnxns=70\nminSessionTimeout=1000\nmaxSessionTimeout=90000\n"
      "clientPortListenBacklog=50\nstandaloneEnabled=FALSE\nstandaloneEnabled=true\nreconfigEnabled=true\n");
  CHECK(config.tick_ms == 2000);
  CHECK(config.init_limit_ticks == 10);
  CHECK(config.sync_limit_ticks == 5);
  CHECK(config.data_dir == "/var/lib/zookeeper");
  CHECK(config.data_log_dir == "/var/lib/zookeeper");
  CHECK(config.client_port == 2181);
  CHECK(config.client_port_address == "127.0.0.1");
  CHECK(config.max_client_connections == 70);
  CHECK(config.min_session_timeout_ms == 1000);
  CHECK(config.max_session_timeout_ms == 90000);
  CHECK(config.client_port_listen_backlog == 50);
  CHECK(config.reconfig_enabled);
  CHECK(config.is_standalone());
  CHECK(config.unknown_keys.empty());
}

TEST_CASE("what is not said has ZooKeeper's default") {
  const Config config = parsed("dataDir=/d\ndataLogDir=/l");
  CHECK(config.client_port == -1);
  CHECK(config.tick_ms == 3000);
  CHECK(config.max_client_connections == 60);
  CHECK(config.min_session_timeout_ms == -1);
  CHECK(config.data_log_dir == "/l");
  CHECK(config.four_letter_whitelist == std::vector<std::string>{"srvr"});
  CHECK(config.standalone_enabled);
}

TEST_CASE("how a boolean of zoo.cfg's own is written does not matter, that of a property does") {
  const Config config = parsed("dataDir=/d\nlocalSessionsEnabled=True\nenforceQuota=True");
  CHECK(config.flag("localSessionsEnabled", false));
  CHECK_FALSE(config.flag("enforceQuota", true));
}

TEST_CASE("a bad value names file, line and key") {
  const std::pair<const char*, const char*> cases[] = {
      {"dataDir=/d\ntickTime=fast", "zoo.cfg:2: tickTime: 'fast' is not a number from 1 to 2147483647"},
      {"tickTime=0\ndataDir=/d", "zoo.cfg:1: tickTime: '0' is not a number from 1 to 2147483647"},
      {"dataDir=/d\n\nclientPort=65536", "zoo.cfg:3: clientPort: '65536' is not a number from 0 to 65535"},
      {"clientPort=", "zoo.cfg:1: clientPort: '' is not a number from 0 to 65535"},
      {"clientPort=2181 # plain", "zoo.cfg:1: clientPort: '2181 # plain' is not a number from 0 to 65535"},
      {"maxClientCnxns=99999999999999999999",
       "zoo.cfg:1: maxClientCnxns: '99999999999999999999' is not a number from 0 to 2147483647"},
      {"standaloneEnabled=yes", "zoo.cfg:1: standaloneEnabled: 'yes' is neither true nor false"},
      {"localSessionsEnabled=1", "zoo.cfg:1: localSessionsEnabled: '1' is neither true nor false"},
      {"autopurge.snapRetainCount=many", "zoo.cfg:1: autopurge.snapRetainCount: 'many' is not a number"},
      {"electionAlg=0",
       "zoo.cfg:1: electionAlg: '0' is not supported; the only election algorithm left is 3"},
      {"peerType=leader",
       "zoo.cfg:1: peerType: 'leader' is no type of a server; it is participant or observer"},
      {"server.one=h:1:2", "zoo.cfg:1: server.one: 'one' is not the number of a server"},
      {"server.1=h:1", "zoo.cfg:1: server.1: 'h:1' is not of the form host:port:electionPort[:role]"},
      {"a=1\nb=\\u12", "zoo.cfg, line 2: \\u needs four hexadecimal digits"},
      {"clientPort=1", "zoo.cfg: dataDir is not set"},
      {"dataDir=/d\nclientPortAddress=h", "zoo.cfg: clientPortAddress is set but clientPort is not"},
      {"dataDir=/d\ntickTime=10\nminSessionTimeout=300",
       "zoo.cfg: minSessionTimeout (300 ms) must not be larger than maxSessionTimeout (200 ms)"},
      {"dataDir=/d\nstandaloneEnabled=false",
       "zoo.cfg: standaloneEnabled=false needs at least one server.N line"},
  };
  for (const auto& [text, fault] : cases) {
    INFO(text);
    CHECK(fault_of(text) == fault);
  }
}

TEST_CASE("keys without a field become properties, unknown ones are listed once") {
  const Config config = parsed(
      "dataDir=/d\nsnapCount=5\nmyOwnKey=x\nautopurge.purgeInterval=1\nanother.key=1\nmyOwnKey=y\n"
      "ssl.keyStore.password=secret\nserverCnxnFactory=org.apache.zookeeper.server.NIOServerCnxnFactory");
  CHECK(config.property("snapCount") == "5");
  CHECK(config.property("myOwnKey") == "y");
  CHECK(config.property("autopurge.purgeInterval") == "1");
  CHECK(config.property("clientPort") == std::nullopt);
  CHECK(config.unknown_keys == std::vector<std::string>{"another.key", "myOwnKey"});
}

TEST_CASE("-D options win over the file and lose the prefix zookeeper.") {
  const Config config =
      parsed("dataDir=/d\nsnapCount=5\njute.maxbuffer=7",
             {"zookeeper.snapCount=6", "jute.maxbuffer=0x200000", "znode.container.checkIntervalMs=10",
              "readonlymode.enabled=true", "zookeeper.skipACL"});
  CHECK(config.property("snapCount") == "6");
  CHECK(config.number("jute.maxbuffer", 0).value() == 0x200000);
  CHECK(config.number("znode.container.checkIntervalMs", 0).value() == 10);
  CHECK(config.flag("readonlymode.enabled", false));
  CHECK(config.property("skipACL") == "");
}

TEST_CASE("a property that is no number or out of bounds names where it was set") {
  const Config config =
      parsed("dataDir=/d\nsnapCount=many\nmaxCnxns=-1\nforceSync=TRUE", {"jute.maxbuffer=1M"});
  CHECK(config.number("snapCount", 0).fault().message == "zoo.cfg:2: snapCount: 'many' is not a number");
  CHECK(config.number_in("maxCnxns", 0, 0, 9).fault().message ==
        "zoo.cfg:3: maxCnxns: -1 is not from 0 to 9");
  CHECK(config.number("jute.maxbuffer", 0).fault().message ==
        "-D option: jute.maxbuffer: '1M' is not a number");
  CHECK(config.number("absent", 42).value() == 42);
  CHECK_FALSE(config.flag("forceSync", true));
  CHECK(config.flag("absent", true));
}

TEST_CASE("the whitelist of four-letter words: commas, blanks and the star") {
  CHECK(parsed("dataDir=/d\n4lw.commands.whitelist=stat, ruok ,,conf").four_letter_whitelist ==
        std::vector<std::string>{"stat", "ruok", "conf"});
  CHECK(parsed("dataDir=/d", {"zookeeper.4lw.commands.whitelist=*"}).four_letter_whitelist ==
        std::vector<std::string>{"*"});
}
