#include "server/admin/four_letter_words.h"

#include <fmt/core.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <ctime>

using namespace paddock;
using namespace paddock::admin;

namespace {

constexpr const char* kVersion = "3.9.5-paddock-0.1.0, built on 2026-01-31 12:00 UTC";

// A server as the words see it; cases change what they are about.
struct World {
  replica::ServerStatus status;
  std::vector<Sources::Connection> connections;
  replica::DumpStatus dump;
  replica::WatchStatus watches;
  replica::DigestStatus digests;
  Sources::Settings settings;
  Sources::Lines extra;
  int connection_resets = 0;
  int server_resets = 0;
  std::vector<std::string> whitelist = {"*"};
  bool read_only_mode = false;

  World() {
    setenv("TZ", "UTC", 1);
    tzset();
    status.serving = true;
    status.mode = "standalone";
    status.last_zxid = Zxid{0x100000007};
    status.node_count = 5;
  }

  FourLetterWords words() {
    Sources sources;
    sources.server = [this] { return status; };
    sources.connections = [this] { return connections; };
    sources.dump = [this] { return dump; };
    sources.watches = [this] { return watches; };
    sources.digests = [this] { return digests; };
    sources.settings = [this] { return settings; };
    sources.environment = [] { return Sources::Lines{{"host.name", "here"}, {"java.version", "<NA>"}}; };
    sources.extra_metrics = [this] { return extra; };
    sources.reset_connection_stats = [this] { ++connection_resets; };
    sources.reset_server_stats = [this] { ++server_resets; };
    return FourLetterWords(whitelist, read_only_mode, kVersion, sources);
  }

  std::string answer(std::string_view word) { return words().answer(word).value_or("not a word"); }

  void connect(const char* remote, int interest, int64_t session) {
    Sources::Connection connection;
    connection.remote = remote;
    connection.interest = interest;
    connection.status.session = SessionId{session};
    connection.status.received = 5;
    connection.status.sent = 4;
    connections.push_back(connection);
  }
};

}  // namespace

TEST_CASE("the short words") {
  World world;
  CHECK(world.answer("ruok") == "imok");
  CHECK(world.answer("isro") == "rw");
  CHECK(world.answer("gtmk") == "306");
  CHECK(world.answer("crst") == "Connection stats reset.\n");
  CHECK(world.connection_resets == 1);
  CHECK(world.answer("srst") == "Server stats reset.\n");
  CHECK(world.server_resets == 1);
  world.status.read_only = true;
  CHECK(world.answer("isro") == "ro");
}

TEST_CASE("stmk takes eight more bytes, and gtmk tells them") {
  World world;
  auto words = world.words();
  CHECK(words.answer(std::string_view("stmk\0\0\0\0\0\0\1\1", 12)) == "257");
  CHECK(words.answer("gtmk") == "257");
  CHECK(words.answer(std::string_view("stmk\0\0\0", 7)) == "");
  CHECK(words.answer("gtmk") == "257");
}

TEST_CASE("what is no word is no word") {
  World world;
  for (const char* other : {"lsnp", "lead", "RUOK", "stat ", "    "}) {
    INFO(other);
    CHECK(world.words().answer(std::string_view(other, 4)).has_value() ==
          (std::string_view(other) == "stat "));
  }
}

TEST_CASE("only srvr is allowed unless the whitelist says more") {
  World world;
  world.whitelist = {"srvr"};
  CHECK(world.answer("ruok") == "ruok is not executed because it is not in the whitelist.\n");
  CHECK(world.answer("isro") == "isro is not executed because it is not in the whitelist.\n");
  CHECK(world.answer("\xff\xf4\xff\xfd") ==
        "telnet close is not executed because it is not in the whitelist.\n");
  CHECK(world.answer("srvr").substr(0, 9) == "Zookeeper");
  world.whitelist = {"ruok"};
  CHECK(world.answer("ruok") == "imok");
  CHECK(world.answer("srvr").substr(0, 9) == "Zookeeper");
  world.read_only_mode = true;
  CHECK(world.answer("isro") == "rw");
  world.whitelist = {"*"};
  CHECK(world.answer("\xff\xf4\xff\xfd") == "not a word");
}

TEST_CASE("a server that does not serve says so in all words that need it") {
  World world;
  world.status.serving = false;
  const std::string text = "This ZooKeeper instance is not currently serving requests";
  for (const char* word :
       {"srvr", "stat", "mntr", "conf", "cons", "dump", "dirs", "wchs", "wchc", "wchp", "crst", "srst"}) {
    INFO(word);
    CHECK(world.answer(word) == text + "\n");
  }
  CHECK(world.answer("hash") == text);
  CHECK(world.answer("isro") == "null");
  CHECK(world.answer("ruok") == "imok");
  CHECK(world.answer("gtmk") == "306");
  CHECK(world.connection_resets + world.server_resets == 0);
}

TEST_CASE("srvr and stat") {
  World world;
  world.connect("/127.0.0.1:51234", 1, 0x100000abc120000);
  world.connect("/127.0.0.1:51240", 0, 0);
  world.status.stats.latency_avg_ms = 2.0 / 3;
  world.status.stats.latency_max_ms = 3;
  world.status.stats.packets_received = 12;
  world.status.stats.packets_sent = 11;
  const std::string body =
      "Latency min/avg/max: 0/0.6667/3\nReceived: 12\nSent: 11\nConnections: 2\nOutstanding: 0\n"
      "Zxid: 0x100000007\nMode: standalone\nNode count: 5\n";
  CHECK(world.answer("srvr") == fmt::format("Zookeeper version: {}\n{}", kVersion, body));
  CHECK(world.answer("stat") ==
        fmt::format("Zookeeper version: {}\nClients:\n /127.0.0.1:51234[1](queued=0,recved=5,sent=4)\n"
                    " /127.0.0.1:51240[0](queued=0,recved=5,sent=4)\n\n{}",
                    kVersion, body));
  world.status.mode = "leader";
  world.status.read_only = true;
  CHECK(world.answer("srvr").find("UTC\nREAD-ONLY mode; serving only read-only clients\nLatency") !=
        std::string::npos);
  CHECK(
      world.answer("srvr").ends_with("Mode: leader\nNode count: 5\nProposal sizes last/min/max: -1/-1/-1\n"));
}

TEST_CASE("the average latency is a Java double of at most four decimals") {
  World world;
  const std::pair<double, const char*> cases[] = {
      {0, "0.0"},         {1.25, "1.25"},   {1.0 / 3, "0.3333"},      {12, "12.0"},
      {0.0004, "4.0E-4"}, {0.00001, "0.0"}, {12345678, "1.2345678E7"}};
  for (const auto& [value, text] : cases) {
    world.status.stats.latency_avg_ms = value;
    CHECK(world.answer("srvr").find(fmt::format("Latency min/avg/max: 0/{}/0\n", text)) != std::string::npos);
  }
}

TEST_CASE("cons tells the session only where there is one") {
  World world;
  world.connect("/127.0.0.1:51234", 1, 0x100000abc120000);
  world.connect("/127.0.0.1:51240", 0, 0);
  auto& status = world.connections[0].status;
  status.last_op = "PING";
  status.established_ms = 1717243200123;
  status.timeout_ms = 30000;
  status.last_xid = 3;
  status.last_zxid = 0x100000007;
  status.last_response_ms = 98765432;
  status.max_latency_ms = 3;
  CHECK(
      world.answer("cons") ==
      " /"
      "127.0.0.1:51234[1](queued=0,recved=5,sent=4,sid=0x100000abc120000,lop=PING,est=1717243200123,to=30000,"
      "lcxid=0x3,lzxid=0x100000007,lresp=98765432,llat=0,minlat=0,avglat=0,maxlat=3)\n"
      " /127.0.0.1:51240[0](queued=0,recved=5,sent=4)\n\n");
  status.last_xid = -1;
  status.last_zxid = -1;
  CHECK(world.answer("cons").find(",to=30000,lzxid=0xffffffffffffffff,") != std::string::npos);
}

TEST_CASE("conf, alone and in a quorum") {
  World world;
  auto& settings = world.settings;
  settings.client_port = 2181;
  settings.data_dir = "/d/paddock";
  settings.data_log_dir = "/l/paddock";
  settings.data_dir_size = 10;
  settings.data_log_size = 20;
  settings.tick_ms = 2000;
  settings.max_client_connections = 60;
  settings.min_session_timeout_ms = 4000;
  settings.max_session_timeout_ms = 40000;
  const std::string alone =
      "clientPort=2181\nsecureClientPort=-1\ndataDir=/d/paddock\ndataDirSize=10\ndataLogDir=/l/paddock\n"
      "dataLogSize=20\ntickTime=2000\nmaxClientCnxns=60\nminSessionTimeout=4000\nmaxSessionTimeout=40000\n"
      "clientPortListenBacklog=-1\nserverId=0\n";
  CHECK(world.answer("conf") == alone);
  CHECK(world.answer("dirs") == "datadir_size: 10\nlogdir_size: 20\n");
  settings.quorum = true;
  settings.init_limit = 10;
  settings.sync_limit = 5;
  settings.election_port = 3888;
  settings.quorum_port = 2888;
  settings.membership = "server.1=h:2888:3888:participant;0.0.0.0:2181\nversion=0";
  CHECK(world.answer("conf") == alone +
                                    "initLimit=10\nsyncLimit=5\nelectionAlg=3\nelectionPort=3888\n"
                                    "quorumPort=2888\npeerType=0\nmembership: \n" +
                                    settings.membership);
}

TEST_CASE("dump of a server that tracks sessions") {
  World world;
  CHECK(world.answer("dump") ==
        "SessionTracker dump:\nSession Sets (0)/(0):\nephemeral nodes dump:\nSessions with Ephemerals (0):\n"
        "Connections dump:\nConnections Sets (0)/(0):\n");
  world.connect("/127.0.0.1:51234", 1, 0x100000abc120000);
  world.connect("/127.0.0.1:51240", 1, 0);
  world.connections[1].status.established_ms = 1717243195000;
  world.dump.expiry = {{1717243202000, {}}, {1717243230000, {SessionId{0x100000abc120000}}}};
  world.dump.ephemerals = {{SessionId{0x100000abc120000}, {"/app/lock-0000000001"}}};
  CHECK(world.answer("dump") ==
        "SessionTracker dump:\nSession Sets (2)/(1):\n0 expire at Sat Jun 01 12:00:02 UTC 2024:\n"
        "1 expire at Sat Jun 01 12:00:30 UTC 2024:\n\t0x100000abc120000\nephemeral nodes dump:\n"
        "Sessions with Ephemerals (1):\n0x100000abc120000:\n\t/app/lock-0000000001\nConnections dump:\n"
        "Connections Sets (2)/(2):\n1 expire at Sat Jun 01 12:00:10 UTC 2024:\n"
        "\tip: /127.0.0.1:51240 sessionId: 0x0\n1 expire at Sat Jun 01 12:00:30 UTC 2024:\n"
        "\tip: /127.0.0.1:51234 sessionId: 0x100000abc120000\n");
}

TEST_CASE("dump of a learner lists what it knows of sessions") {
  World world;
  world.dump.keeps_time = false;
  CHECK(
      world.answer("dump").starts_with("SessionTracker dump:\nGlobal Sessions(0):\nephemeral nodes dump:\n"));
  world.dump.global_sessions = {{SessionId{0x100000abc120000}, 30000}};
  CHECK(world.answer("dump").starts_with(
      "SessionTracker dump:\nGlobal Sessions(1):\n0x100000abc120000\t30000ms\nephemeral nodes dump:\n"));
}

TEST_CASE("dump tells local sessions first, and says which are the ensemble's") {
  World world;
  world.dump.local_expiry = {{1717243230000, {SessionId{0x100000abc120000}}}};
  const std::string local =
      "SessionTracker dump:\nLocal Session Sets (1)/(1):\n1 expire at Sat Jun 01 12:00:30 UTC 2024:\n"
      "\t0x100000abc120000\n";
  CHECK(world.answer("dump").starts_with(local + "Global Session Sets (0)/(0):\nephemeral nodes dump:\n"));
  world.dump.keeps_time = false;
  CHECK(world.answer("dump").starts_with(local + "Global Sessions(0):\nephemeral nodes dump:\n"));
}

TEST_CASE("watches, summed up, by connection and by path") {
  World world;
  CHECK(world.answer("wchs") == "0 connections watching 0 paths\nTotal watches:0\n");
  CHECK(world.answer("wchc") == "\n");
  CHECK(world.answer("wchp") == "\n");
  world.watches.connections = 2;
  world.watches.watches = {{"/b", SessionId{0x1a}}, {"/a", SessionId{0x1a}}, {"/b", SessionId{0x2}}};
  CHECK(world.answer("wchs") == "2 connections watching 2 paths\nTotal watches:3\n");
  CHECK(world.answer("wchc") == "0x2\n\t/b\n0x1a\n\t/a\n\t/b\n\n");
  CHECK(world.answer("wchp") == "/a\n\t0x1a\n/b\n\t0x2\n\t0x1a\n\n");
}

TEST_CASE("hash and envi") {
  World world;
  CHECK(world.answer("hash").empty());
  world.digests.digests = {{Zxid{0x80}, -5}, {Zxid{0x100000100}, 1371985504}};
  CHECK(world.answer("hash") == "80: -5\n100000100: 1371985504\n");
  CHECK(world.answer("envi") ==
        fmt::format("Environment:\nzookeeper.version={}\nhost.name=here\njava.version=<NA>\n", kVersion));
}

TEST_CASE("mntr begins with version and state and ends with what main adds") {
  World world;
  world.connect("/127.0.0.1:51234", 1, 1);
  world.status.data_bytes = 44;
  world.status.stats.latency_avg_ms = 0.5;
  world.extra = {{"open_file_descriptor_count", "45"}};
  const std::string text = world.answer("mntr");
  CHECK(text.starts_with(
      fmt::format("zk_version\t{}\nzk_server_state\tstandalone\nzk_avg_latency\t0.5\n", kVersion)));
  for (const char* line :
       {"zk_num_alive_connections\t1\n", "zk_outstanding_requests\t0\n", "zk_znode_count\t5\n",
        "zk_approximate_data_size\t44\n", "zk_connection_drop_probability\t0.0\n",
        "zk_last_client_response_size\t-1\n", "zk_stale_sessions_expired\t0\n"}) {
    CHECK(text.find(line) != std::string::npos);
  }
  CHECK(text.ends_with("zk_open_file_descriptor_count\t45\n"));
  world.status.mode = "leader";
  world.status.peer_state = "leading - broadcast";
  CHECK(world.answer("mntr").find("zk_server_state\tleader\nzk_peer_state\tleading - broadcast\n") !=
        std::string::npos);
  CHECK(world.answer("mntr").find("zk_learners") == std::string::npos);
  world.status.quorum_size = 3;
  world.status.leader = {.learners = 4, .synced_followers = 2, .synced_observers = 1, .pending_syncs = 5};
  CHECK(world.answer("mntr").find("zk_quorum_size\t3\nzk_learners\t4\nzk_synced_followers\t2\n"
                                  "zk_synced_non_voting_followers\t0\nzk_synced_observers\t1\n"
                                  "zk_pending_syncs\t5\n") != std::string::npos);
}
