#include "server/replica/replica.h"

#include <catch2/catch.hpp>

#include "protocol/client/multi.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;

TEST_CASE("auth that fails is answered -115, then the connection is closed") {
  Server server;
  Client client = server.client();
  client.auth("nobody", "knows");
  CHECK(client.heard() == Heard{"-4 -115", "closed"});
  CHECK(client.replies().back().header.zxid == 0);
  CHECK(server.replica().status(server.now()).stats.auth_failed == 1);
}

TEST_CASE("sasl with a null token closes the connection without an answer") {
  Server server;
  Client client = server.client();
  CHECK_FALSE(client.send(OpCode::sasl, jute::encoded(client::SaslToken{})));
}

TEST_CASE("sasl that is not configured succeeds with a null token") {
  Server server;
  Client client = server.client();
  client.send(OpCode::sasl, jute::encoded(client::SaslToken{"x"}));
  CHECK(client.heard() == Heard{"1 ok"});
  CHECK(client.last<client::SaslToken>().token.is_null());
  CHECK(client.replies().back().header.zxid == 0);
}

TEST_CASE("what is no request for a client is answered -6 with zxid -1, then the connection is closed") {
  const int32_t type = GENERATE(0, 13, 20, -10, -1, 55, 999);
  Server server;
  Client client = server.client();
  client.raw(header_only(7, type));
  CHECK(client.heard() == Heard{"7 -6", "closed"});
  CHECK(client.replies().back().header.zxid == -1);
}

TEST_CASE("a frame too short for a header drops the connection") {
  Server server;
  Client client = server.client();
  CHECK_FALSE(client.raw("1234567"));
  CHECK(client.heard() == Heard{"closed"});
}

TEST_CASE("what cannot be decoded is answered -5, and the connection stays") {
  Server server;
  Client client = server.client();
  const size_t logged = server.log().size();
  client.send(OpCode::get_data, "x");
  client.send(OpCode::create, "x");
  client.send(OpCode::sync, "x");
  client.get("/");
  server.persist();
  CHECK(client.heard() == Heard{"1 -5", "2 -5", "3 -5", "4 ok"});
  CHECK(server.log().size() == logged + 1);
}

TEST_CASE("nothing is heard after a close, and frames that follow are ignored") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.raw(header_only(9, 999));
  CHECK(client.raw(header_only(10, static_cast<int32_t>(OpCode::ping))));
  server.persist();
  CHECK(client.heard() == Heard{"9 -6", "closed"});
}

TEST_CASE("a connection with something outstanding is not read while the server has too much to do") {
  Server server;
  server.options.global_outstanding_limit = 2;
  Client busy = server.client();
  Client calm = server.client();
  busy.create("/a");
  busy.create("/b");
  CHECK_FALSE(server.replica().throttled(busy.connection()));
  busy.create("/c");
  CHECK(server.replica().throttled(busy.connection()));
  CHECK_FALSE(server.replica().throttled(calm.connection()));
  server.persist();
  CHECK_FALSE(server.replica().throttled(busy.connection()));
}

TEST_CASE("a connection with a long read that waits is not read, for such reads are served in one go") {
  Server server;
  Client client = server.client();
  std::string many;
  jute::Writer writer(many);
  for (int i = 0; i < 1000; ++i) {
    jute::encode(writer, client::MultiHeader{static_cast<int32_t>(OpCode::get_data), false, -1});
    jute::encode(writer, client::PathWatchRequest{"/", false});
  }
  client::encode_multi_end(writer);
  const bool behind_a_write = GENERATE(true, false);
  if (behind_a_write) client.create("/a");
  client.get("/");
  CHECK_FALSE(server.replica().throttled(client.connection()));
  client.send(OpCode::multi_read, many);
  CHECK(server.replica().throttled(client.connection()) == behind_a_write);
  server.persist();
  CHECK_FALSE(server.replica().throttled(client.connection()));
  client.create("/b");
  client.send(OpCode::multi_read, many);
  client.disconnect();
  server.persist();
}

TEST_CASE("requests with xid 0 or below do not throttle their connection") {
  Server server;
  server.options.global_outstanding_limit = 0;
  Client client = server.client();
  client.send(OpCode::sync, jute::encoded(client::PathRecord{"/"}), 0);
  client.send(OpCode::set_data, jute::encoded(client::SetDataRequest{"/", "", -1}), 0);
  CHECK_FALSE(server.replica().throttled(client.connection()));
}

TEST_CASE("the counters are ZooKeeper's") {
  Server server;
  Client client = server.client();
  client.create("/a");
  server.pass(30);
  server.persist();
  client.get("/a");
  client.ping();
  const ConnectionStatus status = server.replica().connections().front();
  CHECK(status.session == client.session());
  CHECK(status.received == 4);
  CHECK(status.sent == 4);
  CHECK(status.last_op == "PING");
  CHECK(status.last_xid == 2);
  CHECK(status.last_zxid == server.log().back().zxid.value);
  CHECK(status.max_latency_ms == 30);
  CHECK(status.min_latency_ms == 0);
  CHECK(status.avg_latency_ms == 30.0 / 4);
  CHECK(status.timeout_ms == 10'000);
  const ServerStats stats = server.replica().status(server.now()).stats;
  CHECK(stats.packets_received == 4);
  CHECK(stats.packets_sent == 4);
  CHECK(stats.latency_max_ms == 30);
  CHECK(stats.last_response_size == 20);
  CHECK(stats.connection_requests == 1);

  server.replica().reset_connection_stats();
  server.replica().reset_server_stats();
  CHECK(server.replica().connections().front().last_op == "NA");
  CHECK(server.replica().connections().front().last_zxid == -1);
  CHECK(server.replica().status(server.now()).stats.packets_received == 0);
}

TEST_CASE("the status tells about the tree, dump about sessions and ephemerals, watches about watchers") {
  Server server;
  Client client = server.client();
  client.create("/e", 1);
  server.persist();
  client.get("/e", true);
  client.children("/", true);
  const ServerStatus status = server.replica().status(server.now());
  CHECK(status.serving);
  CHECK(status.mode == "standalone");
  CHECK(status.node_count == 6);
  CHECK(status.watch_count == 2);
  CHECK(status.ephemeral_count == 1);
  CHECK(status.last_zxid == Zxid::of(1, 2));
  const DumpStatus dump = server.replica().dump(server.now());
  REQUIRE(dump.expiry.size() == 1);
  CHECK(dump.expiry[0].sessions == std::vector<SessionId>{client.session()});
  CHECK(dump.expiry[0].expires_at_wall_ms == server.now().wall.ms + 11'000);
  REQUIRE(dump.ephemerals.size() == 1);
  CHECK(dump.ephemerals[0].second == std::vector<std::string>{"/e"});
  const WatchStatus watches = server.replica().watches();
  CHECK(watches.connections == 1);
  REQUIRE(watches.watches.size() == 1);
  CHECK(watches.watches[0].first == "/e");
}

}  // namespace paddock::replica
