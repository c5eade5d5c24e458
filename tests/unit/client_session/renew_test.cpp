// The end of a session without a server's word, and what follows an expired one.
#include "client/session/session.h"

#include <catch2/catch.hpp>

#include "fake_peer.h"

namespace paddock::client {
namespace {

SessionOptions impatient() {
  SessionOptions options;
  options.timeout_ms = 3000;
  options.expires_locally = true;
  return options;
}

void tick(FakePeer& peer, int64_t ms) {
  peer.clock_ms += ms;
  peer.session.tick(peer.now());
}

}  // namespace

TEST_CASE("without a server the session is over a timeout after the last request that was answered") {
  FakePeer peer(impatient());
  peer.accept(0x1001, 3000);
  tick(peer, 500);
  peer.get(1, "/a");
  peer.sent();
  peer.clock_ms += 1000;
  peer.reply(1, 5);  // sent at 500, so the server counts from there or later
  peer.lose_connection();
  peer.told();
  tick(peer, 1999);
  CHECK(peer.told().empty());
  tick(peer, 1);
  CHECK(peer.told() == Words{"expired"});
}

TEST_CASE("an answered ping prolongs the session from when the ping was sent") {
  FakePeer peer(impatient());
  peer.accept(0x1001, 3000);
  tick(peer, 1000);
  REQUIRE(peer.sent().size() == 1);
  peer.clock_ms += 400;
  peer.reply(kXidPing, 5);
  peer.lose_connection();
  peer.told();
  tick(peer, 2599);
  CHECK(peer.told().empty());
  tick(peer, 1);
  CHECK(peer.told() == Words{"expired"});
}

TEST_CASE("a session that is being taken up again expires too, one that was never begun does not") {
  FakePeer peer(impatient());
  tick(peer, 100000);
  CHECK(peer.told().empty());
  peer.accept(0x1001, 3000);
  peer.lose_connection();
  peer.session.connected(peer.now());
  peer.told();
  tick(peer, 3000);
  CHECK(peer.told() == Words{"expired"});
  CHECK(peer.session.wants_disconnect());
}

TEST_CASE("without the option nothing but the server ends a session") {
  SessionOptions options = impatient();
  options.expires_locally = false;
  FakePeer peer(options);
  peer.accept(0x1001, 3000);
  peer.lose_connection();
  peer.told();
  tick(peer, 100000);
  CHECK(peer.told().empty());
}

TEST_CASE("a renewed session is a new one: same credentials, no watches, no position") {
  FakePeer peer(impatient());
  peer.accept(0x1001, 3000);
  peer.session.add_auth(1, "digest", "me:secret");
  peer.get(2, "/a", WatchIntent::data);
  peer.sent();
  peer.give(FakePeer::frame(jute::encoded(ReplyHeader{kXidAuth, 0, 0})));
  peer.reply(1, 77);
  peer.lose_connection();
  tick(peer, 3000);
  CHECK(peer.told().back() == "expired");

  peer.session.renew();
  CHECK(peer.told() == Words{"disconnected"});
  CHECK(peer.session.id().value == 0);
  const std::string bytes = peer.accept(0x2002, 3000);
  const auto request = jute::decoded<ConnectRequest>(std::string_view(bytes).substr(4));
  REQUIRE(request);
  CHECK(request->session_id == 0);
  CHECK(request->last_zxid_seen == 0);
  const auto sent = peer.sent();
  REQUIRE(sent.size() == 1);  // no setWatches
  CHECK(sent[0].type == OpCode::auth);
  CHECK(peer.told() == Words{"connecting", "connected"});
  CHECK(peer.session.id().value == 0x2002);
}

TEST_CASE("the connection of an expired session is to be closed before the new one begins") {
  FakePeer peer(impatient());
  peer.accept(0x1001, 3000);
  peer.lose_connection();
  peer.session.connected(peer.now());
  const std::string password(16, 'p');
  peer.give(FakePeer::frame(jute::encoded(ConnectResponse{0, 0, 0, password, false})));
  CHECK(peer.told().back() == "expired");
  peer.session.renew();
  CHECK(peer.session.wants_disconnect());
  peer.lose_connection();
  peer.accept(0x2002);
  CHECK_FALSE(peer.session.wants_disconnect());
}

TEST_CASE("what is submitted after the renewal goes to the new session") {
  FakePeer peer(impatient());
  peer.accept(0x1001, 3000);
  peer.lose_connection();
  peer.get(1, "/waiting");
  tick(peer, 3000);
  peer.session.renew();
  peer.get(2, "/new");
  CHECK(peer.told() ==
        Words{"connecting", "connected", "disconnected", "expired", "1:SessionExpired", "disconnected"});
  peer.accept(0x2002);
  REQUIRE(peer.sent().size() == 1);
}

TEST_CASE("a session is handed over with its id, password and position") {
  FakePeer first;
  first.accept(0x1001);
  first.get(1, "/a");
  first.sent();
  first.reply(1, 77);
  SessionOptions options;
  options.resumed = first.session.handle();
  FakePeer second(options);
  const std::string bytes = second.accept(0x1001);
  const auto request = jute::decoded<ConnectRequest>(std::string_view(bytes).substr(4));
  REQUIRE(request);
  CHECK(request->session_id == 0x1001);
  CHECK(request->last_zxid_seen == 77);
  CHECK(request->password.view() == std::string(16, 'p'));
  CHECK(second.told().back() == "connected");
}

}  // namespace paddock::client
