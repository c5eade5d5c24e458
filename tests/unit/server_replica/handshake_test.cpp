#include <catch2/catch.hpp>

#include "server.h"
#include "server/replica/session_ids.h"

namespace paddock::replica {
using namespace testing;

TEST_CASE(
    "a session is answered when its transaction is durable, and lasts the asked time within the limits") {
  Server server;
  Client client = server.connection();
  const auto [asked, given] = GENERATE(table<int32_t, int32_t>(
      {{10'000, 10'000}, {1, 2'000}, {-5, 2'000}, {2'000, 2'000}, {20'001, 20'000}, {INT32_MAX, 20'000}}));
  REQUIRE(client.ask_session(new_session(asked)));
  CHECK(client.heard().empty());
  CHECK(server.replica().throttled(client.connection()));
  server.persist();
  CHECK(client.heard() == Heard{"session"});
  CHECK(client.response().timeout_ms == given);
  CHECK_FALSE(server.replica().throttled(client.connection()));
}

TEST_CASE("the readOnly byte is answered to whoever sent it") {
  Server server;
  Client old = server.connection();
  client::ConnectRequest request = new_session();
  request.read_only.reset();
  old.ask_session(request);
  Client young = server.client();
  CHECK_FALSE(old.response().read_only.has_value());
  CHECK(young.response().read_only == false);
}

TEST_CASE("session ids hold the server, the clock and a count") {
  SessionIds ids(5, WallTime{0x1256789abcde});
  CHECK(ids.next().value == 0x0556789abcde0000);
  CHECK(ids.next().value == 0x0556789abcde0001);
  CHECK(SessionIds(128, WallTime{0}).next().value == INT64_MIN + 1);
}

TEST_CASE("a client that has seen more than this server is dropped without a word") {
  Server server;
  Client client = server.connection();
  client::ConnectRequest request = new_session();
  request.last_zxid_seen = Zxid::of(1, 1).value;
  CHECK_FALSE(client.ask_session(request));
  CHECK(client.heard() == Heard{"closed"});
}

TEST_CASE("a connect request that is none is dropped") {
  Server server;
  CHECK_FALSE(server.connection().raw("abc"));
}

TEST_CASE("nobody is answered before the server serves") {
  Server server;
  auto state = std::make_unique<znode::State>(znode::Options{});
  Replica replica(server.options, std::move(state), {}, Random(1), server.now());
  CHECK_FALSE(replica.serving());
  replica.client_connected(ConnectionId{1}, "127.0.0.1", server.now());
  CHECK_FALSE(replica.client_frame(ConnectionId{1}, jute::encoded(new_session()), server.now()));
}

TEST_CASE("a session comes back on a new connection with its password") {
  Server server;
  Client first = server.client();
  first.disconnect();
  server.pass(5'000);
  Client second = server.connection();
  client::ConnectRequest request = again(first);
  request.timeout_ms = 4'000;
  REQUIRE(second.ask_session(request));
  CHECK(second.heard() == Heard{"session"});
  CHECK(second.session() == first.session());
  CHECK(second.response().timeout_ms == 4'000);
  CHECK(second.response().password == first.response().password);

  SECTION("and lives by its new timeout") {
    server.pass(3'900);
    second.ping();
    server.pass(4'000);
    second.ping();
    CHECK(second.heard() == Heard{"-2 ok", "-2 ok"});
  }
}

TEST_CASE("one connection serves a session: the earlier one is closed") {
  Server server;
  Client first = server.client();
  Client second = server.connection();
  second.ask_session(again(first));
  CHECK(first.heard() == Heard{"closed"});
  CHECK(second.heard() == Heard{"session"});
}

TEST_CASE("a wrong password is refused and closes the rightful connection too") {
  Server server;
  Client rightful = server.client();
  Client thief = server.connection();
  client::ConnectRequest request = again(rightful);
  request.password = "0123456789abcdef";
  thief.ask_session(request);
  CHECK(thief.heard() == Heard{"refused", "closed"});
  CHECK(thief.response().session_id == 0);
  CHECK(thief.response().password.view() == std::string(16, '\0'));
  CHECK(rightful.heard() == Heard{"closed"});

  Client back = server.connection();
  back.ask_session(again(rightful));
  CHECK(back.heard() == Heard{"session"});
}

TEST_CASE("a session that ended is refused") {
  Server server;
  Client client = server.client();
  const client::ConnectRequest request = again(client);
  SECTION("closed by its client") {
    client.close_session();
    server.persist();
  }
  SECTION("expired") {
    server.pass(12'000);
    server.persist();
  }
  SECTION("its end is not durable yet") {
    client.close_session();
  }
  Client late = server.connection();
  late.ask_session(request);
  CHECK(late.heard() == Heard{"refused", "closed"});
}

TEST_CASE("what a session asked for on its earlier connection comes before what it asks for on the next") {
  Server server;
  Client first = server.client();
  first.create("/a");
  first.disconnect();
  Client second = server.connection();
  second.ask_session(again(first));
  second.get("/a");
  CHECK(second.heard() == Heard{"session"});
  server.persist();
  CHECK(second.heard() == Heard{"1 ok"});
}

}  // namespace paddock::replica
