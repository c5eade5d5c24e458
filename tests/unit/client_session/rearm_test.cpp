// Watches across connections: what is set again, and in which frames.
#include "client/session/watch_registry.h"

#include <catch2/catch.hpp>

#include "fake_peer.h"

namespace paddock::client {
namespace {

// Recorded from Apache ZooKeeper 3.8.0: the request of a client at zxid 0x17c, without frame and header.
constexpr const char* kSetWatches =
    "000000000000017c00000003000000052f73772f64000000052f73772f65000000082f73772f676f6e6500000002000000062f73"
    "772f6432"
    "000000082f73772f6e6f6e6500000003000000052f73772f63000000052f73772f65000000082f73772f676f6e65";
constexpr const char* kSetWatches2 =
    "000000000000017c00000000000000000000000000000001000000052f73772f7000000001000000052f73772f72";

void exists(FakePeer& peer, uint64_t tag, std::string_view path) {
  peer.session.submit(tag, OpCode::exists, jute::encoded(PathWatchRequest{path, true}), WatchIntent::exists,
                      path);
}
void add_watch(FakePeer& peer, uint64_t tag, std::string_view path, WatchIntent intent) {
  const int32_t mode = intent == WatchIntent::recursive ? 1 : 0;
  peer.session.submit(tag, OpCode::add_watch, jute::encoded(PathTypeRequest{path, mode}), intent, path);
}
// The setWatches2 (or nothing) that the next connection begins with.
SetWatches2Request rearmed(FakePeer& peer, std::string& keep) {
  peer.lose_connection();
  peer.accept();
  const auto sent = peer.sent();
  if (sent.empty()) return {};
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].xid == kXidSetWatches);
  keep = sent[0].body;
  if (sent[0].type == OpCode::set_watches2) return *jute::decoded<SetWatches2Request>(keep);
  REQUIRE(sent[0].type == OpCode::set_watches);
  const auto old = *jute::decoded<SetWatchesRequest>(keep);
  return {old.relative_zxid, old.data, old.exist, old.child, {}, {}};
}

}  // namespace

TEST_CASE("setWatches and setWatches2 carry the lists as ZooKeeper's clients write them") {
  WatchRegistry registry;
  for (const char* path : {"/sw/d", "/sw/gone", "/sw/e"})
    registry.answered(WatchIntent::data, path, ErrorCode::ok);
  for (const char* path : {"/sw/d2", "/sw/none"})
    registry.answered(WatchIntent::exists, path, ErrorCode::no_node);
  for (const char* path : {"/sw/c", "/sw/gone", "/sw/e"})
    registry.answered(WatchIntent::child, path, ErrorCode::ok);
  auto requests = registry.set_watches(Zxid{0x17c});
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].type == OpCode::set_watches);
  CHECK(to_hex(requests[0].body) == kSetWatches);

  registry.clear();
  registry.answered(WatchIntent::persistent, "/sw/p", ErrorCode::ok);
  registry.answered(WatchIntent::recursive, "/sw/r", ErrorCode::ok);
  requests = registry.set_watches(Zxid{0x17c});
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].type == OpCode::set_watches2);
  CHECK(to_hex(requests[0].body) == kSetWatches2);
}

TEST_CASE("many watches are set again in several requests that name each once") {
  WatchRegistry registry;
  for (int i = 0; i < 1000; ++i) {
    registry.answered(i % 2 ? WatchIntent::data : WatchIntent::recursive, fmt::format("/node-{:04}", i),
                      ErrorCode::ok);
  }
  const auto requests = registry.set_watches(Zxid{5}, 1000);
  CHECK(requests.size() == 10);
  size_t data = 0, recursive = 0;
  for (const auto& request : requests) {
    const auto record = jute::decoded<SetWatches2Request>(request.body);
    REQUIRE(record);
    CHECK(record->relative_zxid == 5);
    data += record->data.size();
    recursive += record->recursive.size();
  }
  CHECK(data == 500);
  CHECK(recursive == 500);
  CHECK(WatchRegistry().set_watches(Zxid{5}).empty());
}

TEST_CASE("a reconnect sets every watch again, relative to the last zxid, before the queued requests") {
  FakePeer peer;
  peer.accept();
  peer.get(1, "/data", WatchIntent::data);
  exists(peer, 2, "/there");
  exists(peer, 3, "/missing");
  add_watch(peer, 4, "/tree", WatchIntent::recursive);
  add_watch(peer, 5, "/p", WatchIntent::persistent);
  peer.get(6, "/refused", WatchIntent::data);
  peer.reply(1, 10);
  peer.reply(2, 11);
  peer.reply(3, 12, ErrorCode::no_node);
  peer.reply(4, 13);
  peer.reply(5, 14);
  peer.reply(6, 15, ErrorCode::no_auth);
  std::string body;
  const auto watches = rearmed(peer, body);
  CHECK(watches.relative_zxid == 15);
  CHECK(watches.data == Vector<Text>{"/data", "/there"});
  CHECK(watches.exist == Vector<Text>{"/missing"});
  CHECK(watches.recursive == Vector<Text>{"/tree"});
  CHECK(watches.persistent == Vector<Text>{"/p"});
  CHECK(peer.reply(kXidSetWatches, 16));
}

TEST_CASE("a lost reply leaves no watch; an event consumes a one-shot watch but no persistent one") {
  FakePeer peer;
  peer.accept();
  peer.get(1, "/fired", WatchIntent::data);
  add_watch(peer, 2, "/fired", WatchIntent::persistent);
  exists(peer, 3, "/born");
  peer.reply(1, 10);
  peer.reply(2, 11);
  peer.reply(3, 12, ErrorCode::no_node);
  peer.event(EventType::data_changed, "/fired");
  peer.event(EventType::created, "/born");
  peer.get(4, "/lost", WatchIntent::data);
  std::string body;
  const auto watches = rearmed(peer, body);
  CHECK(watches.data.empty());
  CHECK(watches.exist.empty());
  CHECK(watches.persistent == Vector<Text>{"/fired"});
}

TEST_CASE("a deleted node takes its child watch along, a changed child list only the child watch") {
  WatchRegistry registry;
  for (const char* path : {"/a", "/b"}) {
    registry.answered(WatchIntent::data, path, ErrorCode::ok);
    registry.answered(WatchIntent::child, path, ErrorCode::ok);
  }
  registry.fired(EventType::deleted, "/a");
  registry.fired(EventType::children_changed, "/b");
  const auto requests = registry.set_watches(Zxid{1});
  const auto record = jute::decoded<SetWatchesRequest>(requests.at(0).body);
  CHECK(record->data.size() == 1);
  CHECK(record->child.empty());
}

TEST_CASE("removed watches are not set again") {
  FakePeer peer;
  peer.accept();
  peer.get(1, "/a", WatchIntent::data);
  add_watch(peer, 2, "/a", WatchIntent::recursive);
  peer.session.submit(3, OpCode::remove_watches,
                      jute::encoded(PathTypeRequest{"/a", static_cast<int32_t>(WatcherType::data)}),
                      WatchIntent::none, "");
  peer.reply(1, 1);
  peer.reply(2, 2);
  peer.reply(3, 3);
  std::string body;
  const auto watches = rearmed(peer, body);
  CHECK(watches.data.empty());
  CHECK(watches.recursive == Vector<Text>{"/a"});
}

TEST_CASE("without rearm_watches a new connection watches nothing") {
  FakePeer peer(SessionOptions{.timeout_ms = 30000, .rearm_watches = false});
  peer.accept();
  peer.get(1, "/a", WatchIntent::data);
  peer.reply(1, 1);
  std::string body;
  CHECK(rearmed(peer, body).data.empty());
}

TEST_CASE("an event is told before the reply that follows it") {
  FakePeer peer;
  peer.accept();
  peer.get(1, "/a", WatchIntent::data);
  peer.reply(1, 1);
  peer.get(2, "/a");
  peer.event(EventType::data_changed, "/a", 2);
  peer.reply(2, 2);
  CHECK(peer.told() == Words{"connecting", "connected", "1:ok", "changed /a", "2:ok"});
}

}  // namespace paddock::client
