#include "server/replica/local_sessions.h"

#include <catch2/catch.hpp>

#include "ensemble.h"
#include "protocol/client/multi.h"
#include "protocol/client/records.h"
#include "protocol/jute/codec.h"

namespace paddock::replica {
using namespace testing;

namespace {

constexpr SessionId kA{0xa};
constexpr SessionId kB{0xb};
constexpr int32_t kEphemeral = 1;

Now at(int64_t ms) {
  return {Instant{}.plus_ms(ms), WallTime{}};
}

client::CreateRequest create_of(int32_t flags) {
  return {"/a", "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, flags};
}

std::string multi_of(OpCode type, int32_t flags) {
  std::string body;
  jute::Writer writer(body);
  client::encode_multi(writer, {{OpCode::remove, client::DeleteRequest{"/x", -1}}, {type, create_of(flags)}});
  return body;
}

ReplicaOptions with_local_sessions(bool upgrading) {
  ReplicaOptions options;
  options.local_sessions = true;
  options.upgrade_local_sessions = upgrading;
  return options;
}

// A leader, followers and an observer, all with local sessions.
struct World {
  explicit World(bool upgrading) : ensemble(with_local_sessions(upgrading), 3, 1) {}

  Ensemble ensemble;
  std::vector<Member*> members = {&ensemble.leader(), &ensemble.follower(), &ensemble.server(4)};

  Zxid last() { return ensemble.leader().replica().state().last_applied(); }
  ServerStatus status(Member& member) { return member.replica().status(ensemble.now()); }
};

}  // namespace

TEST_CASE(
    "a local session lives as long as it is heard of, and the time without this server is not counted") {
  LocalSessions sessions(false, 1000, Instant{});
  sessions.begin(kA, 4000, at(0));
  sessions.begin(kB, 4000, at(0));
  for (int64_t ms = 500; ms <= 4500; ms += 500) CHECK_FALSE(sessions.expire_one(at(ms)));
  CHECK(sessions.touch(kB, 4000, at(4500)));
  CHECK(sessions.expire_one(at(5000)) == kA);
  CHECK_FALSE(sessions.expire_one(at(5000)));
  CHECK_FALSE(sessions.has(kA));
  CHECK_FALSE(sessions.touch(kA, 4000, at(5000)));
  // kB has 3 to 4 s left, and 60 go by in which nobody was heard.
  CHECK_FALSE(sessions.expire_one(at(65'000)));
  CHECK(sessions.has(kB));
}

TEST_CASE("a session that was upgraded or has ended is no local one, and expires nowhere") {
  LocalSessions sessions(true, 1000, Instant{});
  sessions.begin(kA, 4000, at(0));
  sessions.begin(kB, 5000, at(0));
  CHECK(sessions.touch(kA, 9000, at(100)));
  CHECK(sessions.upgrade(kA) == 4000);
  sessions.end(kB);
  CHECK(sessions.size() == 0);
  CHECK_FALSE(sessions.touch(kA, 4000, at(200)));
  for (int64_t ms = 500; ms <= 20'000; ms += 500) CHECK_FALSE(sessions.expire_one(at(ms)));
}

TEST_CASE("what creates an ephemeral is told from what does not") {
  for (const OpCode type : {OpCode::create, OpCode::create2}) {
    for (int32_t flags = -1; flags < 8; ++flags) {
      INFO(client::name_of(type) << " " << flags);
      CHECK(creates_ephemeral(type, jute::encoded(create_of(flags))) == (flags == 1 || flags == 3));
      CHECK(creates_ephemeral(OpCode::multi, multi_of(type, flags)) == (flags == 1 || flags == 3));
    }
  }
  CHECK_FALSE(creates_ephemeral(OpCode::create_container, jute::encoded(create_of(1))));
  CHECK_FALSE(creates_ephemeral(OpCode::create, "nonsense"));
  CHECK_FALSE(creates_ephemeral(OpCode::multi, "nonsense"));
  CHECK_FALSE(creates_ephemeral(OpCode::multi, multi_of(OpCode::create, 1).substr(0, 60)));
}

TEST_CASE("a local session costs no transaction, and is its server's alone") {
  World world(false);
  for (Member* member : world.members) {
    INFO(member->mode());
    const Zxid before = world.last();
    Client alice = member->client();
    CHECK(world.status(*member).local_sessions == 1);
    CHECK(world.status(*member).sessions == 0);
    const client::ConnectRequest same = again(alice);
    for (Member* other : world.members) {
      if (other == member) continue;
      CHECK(other->come(same).heard() == Heard{"refused", "closed"});
    }
    Client back = member->come(same);
    CHECK(back.heard() == Heard{"session"});
    back.close_session();
    CHECK(back.heard() == Heard{"1 ok", "closed"});
    CHECK(member->come(same).heard() == Heard{"refused", "closed"});
    CHECK(world.last() == before);
  }
}

TEST_CASE("a local session owns no ephemeral") {
  World world(false);
  for (Member* member : world.members) {
    INFO(member->mode());
    Client alice = member->client();
    alice.create("/e", kEphemeral);
    alice.send(OpCode::multi, multi_of(OpCode::create, kEphemeral));
    alice.create("/" + member->mode());
    alice.close_session();
    world.ensemble.run();
    CHECK(alice.heard() == Heard{"1 -120", "2 ok", "3 ok", "4 ok", "closed"});
  }
}

TEST_CASE("an ephemeral makes a local session the ensemble's, once and before") {
  World world(true);
  for (Member* member : world.members) {
    INFO(member->mode());
    const std::string path = "/" + member->mode();
    const Zxid before = world.last();
    Client alice = member->client();
    alice.create(path);
    alice.create(path + "-e", kEphemeral);
    alice.create(path + "-f", kEphemeral);
    world.ensemble.run();
    CHECK(alice.heard() == Heard{"1 ok", "2 ok", "3 ok"});
    CHECK(world.last() == Zxid{before.value + 4});
    CHECK(world.status(*member).local_sessions == 0);
    Member& other = *world.members[member == world.members[0] ? 1 : 0];
    Client moved = other.come(again(alice));
    CHECK(moved.heard() == Heard{"session"});
    moved.close_session();
    world.ensemble.run();
    CHECK(moved.heard() == Heard{"1 ok", "closed"});
    moved = other.client();
    moved.exists(path + "-e");
    world.ensemble.run();
    CHECK(moved.heard() == Heard{"1 -101"});
    moved.close_session();
  }
}

TEST_CASE("the end of a local session is answered behind what it asked for before") {
  World world(false);
  for (Member* member : world.members) {
    INFO(member->mode());
    Client alice = member->client();
    alice.create("/" + member->mode());
    alice.close_session();
    alice.create("/never");
    CHECK(alice.heard() == Heard{});
    world.ensemble.run();
    CHECK(alice.heard() == Heard{"1 ok", "2 ok", "closed"});
  }
  CHECK(world.status(world.ensemble.leader()).node_count ==
        world.status(world.ensemble.follower()).node_count);
}

TEST_CASE("its server ends a local session that is silent") {
  World world(false);
  for (Member* member : world.members) {
    INFO(member->mode());
    Client alice = member->client(4'000);
    world.ensemble.pass(3'900);
    CHECK(alice.heard() == Heard{});
    world.ensemble.pass(1'200);
    CHECK(alice.heard() == Heard{"closed"});
    CHECK(world.status(*member).local_sessions == 0);
    CHECK(member->come(again(alice)).heard() == Heard{"refused", "closed"});
  }
}

TEST_CASE("local sessions end with the role of their server") {
  World world(false);
  Client alice = world.ensemble.follower().client();
  Member& follower = world.ensemble.follower();
  world.ensemble.stop(world.ensemble.leader());
  world.ensemble.pass(100);
  CHECK(alice.heard() == Heard{"closed"});
  world.ensemble.serve();
  CHECK(follower.come(again(alice)).heard() == Heard{"refused", "closed"});
}

}  // namespace paddock::replica
