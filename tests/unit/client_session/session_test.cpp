#include "client/session/session.h"

#include <catch2/catch.hpp>

#include "fake_peer.h"

namespace paddock::client {
namespace {

// Recorded from Apache ZooKeeper 3.8.0.
constexpr const char* kConnectRequest =
    "0000002d000000000000000000000000000075300000000000000000000000100000000000000000000000000000000000";
constexpr const char* kConnectResponse =
    "000000250000000000007530010000415a65000000000010717a018aaad963c13735cbc9035babd300";
constexpr const char* kRefused =
    "0000002500000000000000000000000000000000000000100000000000000000000000000000000000";
constexpr const char* kPingRequest = "00000008fffffffe0000000b";
constexpr const char* kPingReply = "00000010fffffffe000000000000001900000000";
constexpr const char* kCloseRequest = "0000000800000001fffffff5";
constexpr const char* kCloseReply = "0000001000000001000000000000001b00000000";

}  // namespace

TEST_CASE("the handshake is ZooKeeper's to the byte, and its answer opens the session") {
  FakePeer peer;
  peer.session.connected(peer.now());
  CHECK(to_hex(peer.session.take_output()) == kConnectRequest);
  CHECK(peer.give(from_hex(kConnectResponse)));
  CHECK(peer.told() == Words{"connecting", "connected"});
  CHECK(peer.session.id().value == 0x010000415a650000);
  CHECK(to_hex(peer.session.password()) == "717a018aaad963c13735cbc9035babd3");
  CHECK(peer.session.negotiated_timeout_ms() == 30000);
}

TEST_CASE("requests wait for the handshake and then go out in order, answered in order") {
  FakePeer peer;
  peer.get(7, "/a");
  peer.get(8, "/b");
  CHECK_FALSE(peer.session.has_output());
  peer.accept();
  const auto sent = peer.sent();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].xid == 1);
  CHECK(sent[1].xid == 2);
  CHECK(jute::decoded<PathWatchRequest>(sent[1].body)->path == "/b");
  CHECK(peer.reply(1, 5, ErrorCode::no_node));
  CHECK(peer.reply(2, 6));
  CHECK(peer.told() == Words{"connecting", "connected", "7:NoNode", "8:ok"});
  CHECK(peer.session.last_zxid() == Zxid{6});
  CHECK(peer.session.outstanding() == 0);
}

TEST_CASE("bytes may come in any portions") {
  FakePeer peer;
  peer.session.connected(peer.now());
  for (const char byte : from_hex(kConnectResponse)) REQUIRE(peer.give(std::string(1, byte)));
  CHECK(peer.session.state() == SessionState::connected);
}

TEST_CASE("a reply out of turn is a broken connection, and the waiting requests are lost in order") {
  FakePeer peer;
  peer.accept();
  peer.get(1, "/a");
  peer.get(2, "/b");
  CHECK_FALSE(peer.reply(2, 5));
  CHECK(peer.session.wants_disconnect());
  peer.lose_connection();
  CHECK_FALSE(peer.session.wants_disconnect());
  CHECK(peer.told() ==
        Words{"connecting", "connected", "disconnected", "1:ConnectionLoss", "2:ConnectionLoss"});
}

TEST_CASE("a reply without a request, a frame too long and a short header break the connection") {
  for (const std::string& bytes :
       {from_hex(kCloseReply), from_hex("7fffffff"), from_hex("ffffffff"), from_hex("0000000200000000"),
        from_hex("00000010fffffffc000000000000000000000000")}) {
    INFO(to_hex(bytes));
    FakePeer peer;
    peer.accept();
    CHECK_FALSE(peer.give(bytes));
    CHECK(peer.session.wants_disconnect());
  }
}

TEST_CASE("a reconnect renews the session with its id, password and the last zxid of a reply") {
  FakePeer peer;
  peer.accept(0x1001);
  peer.get(1, "/a");
  peer.reply(1, 77);
  peer.event(EventType::deleted, "/x", 99);
  peer.lose_connection();
  peer.get(2, "/queued");
  peer.told();

  const std::string request = peer.accept(0x1001, 20000);
  const auto renewal = jute::decoded<ConnectRequest>(std::string_view(request).substr(4));
  REQUIRE(renewal);
  CHECK(renewal->session_id == 0x1001);
  CHECK(renewal->last_zxid_seen == 77);
  CHECK(renewal->password == std::string(16, 'p'));
  CHECK(peer.session.negotiated_timeout_ms() == 20000);
  const auto sent = peer.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].xid == 2);
  CHECK(peer.told() == Words{"connecting", "connected"});
}

TEST_CASE(
    "a refused renewal is expiry: everything outstanding fails with it, and no input changes anything") {
  FakePeer peer;
  peer.accept();
  peer.lose_connection();
  peer.get(1, "/a");
  peer.session.add_auth(2, "digest", "u:p");
  peer.told();
  peer.session.connected(peer.now());
  CHECK(peer.give(from_hex(kRefused)));
  CHECK(peer.told() == Words{"connecting", "expired", "1:SessionExpired", "2:SessionExpired"});
  CHECK(peer.session.wants_disconnect());

  peer.lose_connection();
  peer.session.connected(peer.now());
  peer.session.close(peer.now());
  CHECK(peer.give(from_hex(kConnectResponse)));
  peer.clock_ms += 1'000'000;
  peer.session.tick(peer.now());
  CHECK_FALSE(peer.session.has_output());
  CHECK(peer.told().empty());
  peer.get(3, "/late");
  CHECK(peer.told() == Words{"3:SessionExpired"});
}

TEST_CASE("another session id than ours in a renewal is expiry too") {
  FakePeer peer;
  peer.accept(0x1001);
  peer.lose_connection();
  peer.accept(0x2002);
  CHECK(peer.session.state() == SessionState::expired);
}

TEST_CASE("the session of a read-only server is replaced by a new one at the next server") {
  FakePeer peer(SessionOptions{.timeout_ms = 30000, .read_only = true});
  peer.accept(0x1001, 30000, true);
  peer.lose_connection();
  const std::string request = peer.accept(0x2002);
  CHECK(jute::decoded<ConnectRequest>(std::string_view(request).substr(4))->session_id == 0);
  CHECK(peer.session.state() == SessionState::connected);
  CHECK(peer.session.id().value == 0x2002);
}

TEST_CASE("a ping goes out after a third of the negotiated timeout without a word from us") {
  FakePeer peer;
  peer.accept(0x1001, 9000);
  peer.clock_ms += 2999;
  peer.session.tick(peer.now());
  CHECK_FALSE(peer.session.has_output());
  peer.clock_ms += 1;
  peer.session.tick(peer.now());
  CHECK(to_hex(peer.session.take_output()) == kPingRequest);
  CHECK(peer.give(from_hex(kPingReply)));
  CHECK(peer.session.last_zxid() == Zxid{0});

  peer.clock_ms += 2000;
  peer.session.tick(peer.now());
  peer.get(1, "/a");  // as good as a ping
  peer.session.take_output();
  peer.clock_ms += 2000;
  peer.session.tick(peer.now());
  CHECK_FALSE(peer.session.has_output());
  peer.clock_ms += 1000;
  peer.session.tick(peer.now());
  CHECK(to_hex(peer.session.take_output()) == kPingRequest);
}

TEST_CASE("a server silent for two thirds of the timeout is given up") {
  FakePeer peer;
  peer.accept(0x1001, 9000);
  peer.clock_ms += 5999;
  peer.session.tick(peer.now());
  CHECK_FALSE(peer.session.wants_disconnect());
  peer.clock_ms += 1;
  peer.session.tick(peer.now());
  CHECK(peer.session.wants_disconnect());

  FakePeer mute;
  mute.session.connected(mute.now());
  mute.clock_ms += 20000;
  mute.session.tick(mute.now());
  CHECK(mute.session.wants_disconnect());
}

TEST_CASE("credentials go first on every connection, and a lost answer is told once") {
  FakePeer peer;
  peer.get(1, "/a");
  peer.session.add_auth(2, "digest", "u:p");
  peer.accept();
  auto sent = peer.sent();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].type == OpCode::auth);
  CHECK(sent[0].xid == kXidAuth);
  CHECK(jute::decoded<AuthPacket>(sent[0].body)->auth == "u:p");
  peer.lose_connection();
  CHECK(peer.told() ==
        Words{"connecting", "connected", "disconnected", "1:ConnectionLoss", "2:ConnectionLoss"});

  peer.accept();
  sent = peer.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].type == OpCode::auth);
  CHECK(peer.reply(kXidAuth, 0));
  CHECK(peer.told() == Words{"connecting", "connected"});
}

TEST_CASE("a refused authentication ends the session") {
  FakePeer peer;
  peer.accept();
  peer.session.add_auth(1, "nobody", "knows");
  peer.get(2, "/a");
  CHECK(peer.reply(kXidAuth, 0, ErrorCode::auth_failed));
  CHECK(peer.told() == Words{"connecting", "connected", "1:AuthFailed", "auth_failed", "2:AuthFailed"});
  peer.get(3, "/b");
  CHECK(peer.told() == Words{"3:AuthFailed"});
}

TEST_CASE("close goes out behind what was submitted and ends the session with its answer") {
  FakePeer peer;
  peer.accept();
  peer.session.close(peer.now());
  CHECK(to_hex(peer.session.take_output()) == kCloseRequest);
  peer.get(1, "/late");
  CHECK(peer.give(from_hex(kCloseReply)));
  CHECK(peer.told() == Words{"connecting", "connected", "1:SessionExpired", "closed"});
  CHECK(peer.session.wants_disconnect());
}

TEST_CASE("a session closes at once without a connection, and when the connection breaks before the answer") {
  FakePeer unconnected;
  unconnected.get(1, "/a");
  unconnected.session.close(unconnected.now());
  CHECK(unconnected.told() == Words{"closed", "1:ConnectionLoss"});

  FakePeer peer;
  peer.accept();
  peer.get(1, "/a");
  peer.session.close(peer.now());
  peer.lose_connection();
  CHECK(peer.told() == Words{"connecting", "connected", "closed", "1:ConnectionLoss"});
}

}  // namespace paddock::client
