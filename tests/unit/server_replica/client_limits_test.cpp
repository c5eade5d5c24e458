#include "server/replica/client_limits.h"

#include <catch2/catch.hpp>

#include "server.h"
#include "server/replica/auth_failures.h"
#include "server/replica/watch_count.h"

namespace paddock::replica {
using namespace testing;

namespace {

struct LimitedServer : Server {
  explicit LimitedServer(const ClientLimits& limits) { options.limits = limits; }
  // The setting that was named last.
  std::string limit_told() const {
    for (auto it = remarks().rbegin(); it != remarks().rend(); ++it) {
      if (const auto* reached = std::get_if<LimitReached>(&*it)) return reached->key;
    }
    return "";
  }
};

std::string path_and_type(const std::string& path, int32_t type) {
  return jute::encoded(client::PathTypeRequest{path, type});
}

}  // namespace

TEST_CASE("who has asked as much as it may is not read, and others are") {
  LimitedServer server({.requests = 2});
  Client alice = server.client();
  Client bob = server.client();
  alice.create("/a1");
  CHECK_FALSE(server.replica().throttled(alice.connection()));
  alice.create("/a2");
  CHECK(server.replica().throttled(alice.connection()));
  CHECK_FALSE(server.replica().throttled(bob.connection()));
  server.persist();
  CHECK_FALSE(server.replica().throttled(alice.connection()));
}

TEST_CASE("what a connection has asked is counted in bytes, too") {
  LimitedServer server({.request_bytes = 1000});
  Client alice = server.client();
  alice.create("/small");
  CHECK_FALSE(server.replica().throttled(alice.connection()));
  alice.create("/large", 0, std::string(1000, 'x'));
  CHECK(server.replica().throttled(alice.connection()));
  server.persist();
  CHECK_FALSE(server.replica().throttled(alice.connection()));
}

TEST_CASE("a connection watches as much as it may, and goes on to read") {
  LimitedServer server({.watches = 2});
  Client alice = server.client();
  alice.exists("/a", true);
  alice.exists("/b", true);
  alice.exists("/c", true);
  alice.exists("/c");
  server.step();
  CHECK(alice.heard() == Heard{"1 -101", "2 -101", "3 -127", "4 -101"});
  CHECK(server.limit_told() == "paddock.maxWatchesPerConnection");
  Client bob = server.client();
  bob.exists("/c", true);
  server.step();
  CHECK(bob.heard() == Heard{"1 -101"});
  alice.create("/a");
  server.persist();
  alice.exists("/c", true);  // the watch on /a has fired
  server.step();
  CHECK(alice.heard() == Heard{"created /a", "5 ok", "6 -101"});
}

TEST_CASE("all together watch as much as the server may hold") {
  LimitedServer server({.all_watches = 2});
  Client alice = server.client();
  Client bob = server.client();
  alice.exists("/a", true);
  bob.exists("/a", true);
  bob.exists("/b", true);
  server.step();
  CHECK(bob.heard() == Heard{"1 -101", "2 -127"});
  CHECK(server.limit_told() == "paddock.maxWatches");
  alice.disconnect();
  bob.exists("/b", true);
  server.step();
  CHECK(bob.heard() == Heard{"3 -101"});
}

TEST_CASE("every form of asking for watches is counted") {
  using client::OpCode;
  const auto watched = [](bool watch) { return jute::encoded(client::PathWatchRequest{"/a", watch}); };
  for (const OpCode type : {OpCode::exists, OpCode::get_data, OpCode::get_children, OpCode::get_children2}) {
    CHECK(watches_asked(type, watched(true)) == 1);
    CHECK(watches_asked(type, watched(false)) == 0);
  }
  CHECK(watches_asked(OpCode::add_watch, path_and_type("/a", 0)) == 2);
  CHECK(watches_asked(OpCode::add_watch, path_and_type("/a", 1)) == 1);
  client::SetWatches2Request lists;
  lists.data.items = {"/a", "/b"};
  lists.child.items = {"/a"};
  lists.persistent.items = {"/p"};
  lists.recursive.items = {"/r"};
  CHECK(watches_asked(OpCode::set_watches2, jute::encoded(lists)) == 6);
  client::SetWatchesRequest first_form;
  first_form.exist.items = {"/a", "/b", "/c"};
  CHECK(watches_asked(OpCode::set_watches, jute::encoded(first_form)) == 3);
  CHECK(watches_asked(OpCode::set_watches, "\x7f\xff\xff\xff") == 0);
  CHECK(watches_asked(OpCode::sync, watched(true)) == 0);
}

TEST_CASE("a connection is as many users as it may be") {
  LimitedServer server({.identities = 2});
  Client alice = server.client();
  alice.auth("digest", "alice:1");
  alice.auth("digest", "bob:2");
  server.step();
  CHECK(alice.heard() == Heard{"-4 ok", "-4 ok"});
  alice.auth("digest", "carol:3");
  server.step();
  CHECK(alice.heard() == Heard{"-4 -115", "closed"});
  CHECK(server.limit_told() == "paddock.maxIdentitiesPerConnection");
}

TEST_CASE("an address that fails to prove who it is too often is not heard for a minute") {
  LimitedServer server({.auth_failures = 2});
  for (int i = 0; i < 2; ++i) {
    Client stranger = server.client();
    stranger.auth("nonsense", "x");
    server.step();
    CHECK(stranger.heard() == Heard{"-4 -115", "closed"});
  }
  Client alice = server.client();
  alice.auth("digest", "alice:1");
  server.step();
  CHECK(alice.heard() == Heard{"-4 -115", "closed"});
  CHECK(server.limit_told() == "paddock.maxAuthFailuresPerMinute");
  Client elsewhere = server.connection("10.0.0.7");
  CHECK(elsewhere.ask_session(new_session()));
  server.persist();
  CHECK(elsewhere.auth("digest", "alice:1"));
  server.step();
  CHECK(elsewhere.heard() == Heard{"session", "-4 ok"});
  server.pass(AuthFailures::kWindowMs + 1000);
  Client later = server.client();
  later.auth("digest", "alice:1");
  server.step();
  CHECK(later.heard() == Heard{"-4 ok"});
}

TEST_CASE("addresses that failed long ago are forgotten when there are many") {
  AuthFailures failures(1);
  const Instant begin{};
  for (size_t i = 0; i < AuthFailures::kMostAddresses; ++i) failures.failed(std::to_string(i), begin);
  CHECK(failures.addresses() == AuthFailures::kMostAddresses);
  failures.failed("new", begin.plus_ms(AuthFailures::kWindowMs + 1));
  CHECK(failures.addresses() == 1);
  CHECK_FALSE(failures.may_try("new", begin.plus_ms(AuthFailures::kWindowMs + 2)));
}

TEST_CASE("a server that is short of memory reads, deletes and ends sessions, and takes nothing more") {
  LimitedServer server({.memory_bytes = 1000});
  Client alice = server.client();
  alice.create("/a");
  server.persist();
  CHECK(alice.heard() == Heard{"1 ok"});
  server.replica().note_memory(851);
  alice.create("/b");
  alice.set("/a", "x");
  alice.get("/a");
  server.step();
  CHECK(alice.heard() == Heard{"2 -127", "3 -127", "4 ok"});
  CHECK(server.limit_told() == "paddock.maxMemoryMiB");
  Client bob = server.connection();
  CHECK_FALSE(bob.ask_session(new_session()));
  alice.remove("/a");
  server.persist();
  CHECK(alice.heard() == Heard{"5 ok"});
  server.replica().note_memory(800);
  alice.create("/b");
  server.persist();
  CHECK(alice.heard() == Heard{"6 ok"});
}

TEST_CASE("there are as many sessions as there may be, and they come back") {
  LimitedServer server({.sessions = 1});
  Client alice = server.client();
  Client bob = server.connection();
  CHECK_FALSE(bob.ask_session(new_session()));
  server.step();
  CHECK(server.limit_told() == "paddock.maxSessions");
  Client alice_again = server.connection();
  CHECK(alice_again.ask_session(again(alice)));
  server.persist();
  CHECK(alice_again.heard() == Heard{"session"});
  alice_again.close_session();
  server.persist();
  Client carol = server.connection();
  CHECK(carol.ask_session(new_session()));
}

}  // namespace paddock::replica
