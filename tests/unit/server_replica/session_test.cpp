#include <catch2/catch.hpp>

#include "server.h"

namespace paddock::replica {
using namespace testing;

TEST_CASE("closeSession is answered, then the connection is closed and its ephemerals are gone") {
  Server server;
  Client client = server.client();
  Client watcher = server.client();
  client.create("/e", 1);
  server.persist();
  watcher.exists("/e", true);
  client.heard();
  client.close_session();
  client.get("/e");
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() == Heard{"2 ok", "closed"});
  CHECK(watcher.heard() == Heard{"1 ok", "deleted /e"});
  CHECK(server.replica().status(server.now()).sessions == 1);
}

TEST_CASE("a silent session expires: not before its deadline, without a word, with its ephemerals") {
  Server server;
  Client client = server.client();
  client.create("/e", 1);
  server.persist();
  client.heard();
  server.pass(10'000);
  server.persist();
  CHECK(client.heard().empty());
  server.pass(1'000);
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() == Heard{"closed"});
  CHECK(server.replica().status(server.now()).ephemeral_count == 0);
  CHECK(server.replica().status(server.now()).stats.stale_sessions_expired == 1);
}

TEST_CASE("every request keeps a session alive") {
  Server server;
  Client pinger = server.client();
  Client reader = server.client();
  Client writer = server.client();
  for (int i = 0; i < 4; ++i) {
    server.pass(6'000);
    pinger.ping();
    reader.get("/");
    writer.set("/", "x");
    server.persist();
  }
  CHECK(pinger.heard().size() == 4);
  CHECK(reader.heard().size() == 4);
  CHECK(writer.heard().size() == 4);
}

TEST_CASE("a wall clock that jumps expires nobody") {
  Server server;
  Client client = server.client();
  Now jumped = server.now();
  jumped.wall.ms += 86'400'000;
  server.replica().tick(jumped);
  server.step();
  server.persist();
  client.ping();
  CHECK(client.heard() == Heard{"-2 ok"});
}

TEST_CASE("the ping's answer has xid -2, whatever was sent") {
  Server server;
  Client client = server.client();
  client.send(OpCode::ping, "", 77);
  CHECK(client.heard() == Heard{"-2 ok"});
}

TEST_CASE("a session without a connection lives until its time is up") {
  Server server;
  Client owner = server.client();
  Client other = server.client();
  owner.create("/e", 1);
  server.persist();
  owner.disconnect();
  other.exists("/e");
  CHECK(other.heard() == Heard{"1 ok"});
  server.pass(8'000);
  other.ping();
  server.pass(4'000);
  server.persist();
  other.exists("/e");
  CHECK(other.heard() == Heard{"-2 ok", "2 -101"});
}

TEST_CASE("a session that ends while its writes are under way lets them be done first") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.close_session();
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "closed"});
}

TEST_CASE("an empty container is reaped on the check interval, a used one only") {
  Server server;
  server.options.container_check_interval_ms = 5'000;
  Client client = server.client();
  const auto container = [&](std::string_view path) {
    client.send(OpCode::create_container,
                jute::encoded(client::CreateRequest{
                    path, "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, 4}));
  };
  container("/used");
  container("/unused");
  client.create("/used/x");
  client.remove("/used/x");
  server.persist();
  client.heard();
  server.pass(4'000);
  server.persist();
  client.exists("/used");
  server.pass(3'000);
  server.persist();
  client.exists("/used");
  client.exists("/unused");
  CHECK(client.heard() == Heard{"5 ok", "6 -101", "7 ok"});
}

TEST_CASE("reaping keeps its pace") {
  Server server;
  server.options.container_check_interval_ms = 1'000;
  server.options.container_max_per_minute = 60;
  Client client = server.client();
  for (int i = 0; i < 5; ++i) {
    const std::string path = "/c" + std::to_string(i);
    client.send(OpCode::create_container,
                jute::encoded(client::CreateRequest{
                    path, "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, 4}));
    client.create(path + "/x");
    client.remove(path + "/x");
  }
  server.persist();
  const int64_t before = server.replica().status(server.now()).node_count;
  for (int i = 1; i <= 3; ++i) {
    server.pass(1'000);
    server.persist();
    CHECK(server.replica().status(server.now()).node_count == before - i);
  }
}

}  // namespace paddock::replica
