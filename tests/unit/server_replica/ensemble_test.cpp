// Whole servers together: what clients of different servers may expect of each other.
#include "ensemble.h"

#include <catch2/catch.hpp>

namespace paddock::replica {
using namespace testing;

TEST_CASE("sessions are made by every server, with its id in the high byte, and known to all") {
  Ensemble ensemble;
  for (int64_t id = 1; id <= 3; ++id) {
    Client client = ensemble.server(id).client();
    CHECK(client.session().value >> 56 == id);
  }
  for (int64_t id = 1; id <= 3; ++id) CHECK(ensemble.server(id).replica().state().session_count() == 3);
}

TEST_CASE("a write through any server is read on every one, and their trees are equal") {
  Ensemble ensemble;
  for (int64_t id = 1; id <= 3; ++id) {
    Client client = ensemble.server(id).client();
    client.create("/by" + std::to_string(id));
    CHECK(client.heard() == Heard{});
    ensemble.run();
    CHECK(client.heard() == Heard{"1 ok"});
  }
  for (int64_t id = 1; id <= 3; ++id) {
    Client reader = ensemble.server(id).client();
    for (const char* path : {"/by1", "/by2", "/by3"}) reader.get(path);
    CHECK(reader.heard() == Heard{"1 ok", "2 ok", "3 ok"});
    CHECK(ensemble.server(id).checksum() == ensemble.server(1).checksum());
  }
}

TEST_CASE("a follower's client reads its own writes, in order, and errors keep their place") {
  Ensemble ensemble;
  Client client = ensemble.follower().client();
  client.create("/a");
  client.get("/a");
  client.create("/a");
  client.set("/a", "x");
  client.get("/none");
  client.get("/a");
  CHECK(client.heard() == Heard{});
  ensemble.run();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 -110", "4 ok", "5 -101", "6 ok"});
  CHECK(client.last<client::GetDataResponse>().data.view() == "x");
}

TEST_CASE("what no leader can log a follower refuses itself, in its place") {
  Ensemble ensemble;
  Client client = ensemble.follower().client();
  client.create("/a");
  client.send(OpCode::set_data, "nonsense");
  client.get("/a");
  CHECK(client.heard() == Heard{});
  const Zxid before = ensemble.leader().replica().state().last_applied();
  ensemble.run();
  CHECK(client.heard() == Heard{"1 ok", "2 -5", "3 ok"});
  CHECK(ensemble.leader().replica().state().last_applied() == before.next());
}

TEST_CASE("a watch on a follower fires for another server's write, before the client can read the change") {
  Ensemble ensemble;
  Client watcher = ensemble.follower().client();
  Client writer = ensemble.other_follower().client();
  watcher.exists("/a", true);
  writer.create("/a");
  ensemble.run();
  watcher.exists("/a");
  CHECK(watcher.heard() == Heard{"1 -101", "created /a", "2 ok"});
}

TEST_CASE("sync on a follower comes after everything that was committed before it was asked") {
  Ensemble ensemble;
  Client reader = ensemble.follower().client();
  Client writer = ensemble.leader().client();
  writer.create("/a");
  ensemble.run();
  reader.sync("/a");
  reader.get("/a");
  CHECK(reader.heard() == Heard{});
  ensemble.run();
  CHECK(reader.heard() == Heard{"1 ok", "2 ok"});
}

TEST_CASE("syncs and writes of several clients of a follower keep each client's order") {
  Ensemble ensemble;
  Client a = ensemble.follower().client();
  Client b = ensemble.follower().client();
  a.create("/a");
  a.sync("/a");
  b.sync("/a");
  a.set("/a", "1");
  a.sync("/a");
  a.get("/a");
  b.get("/a");
  ensemble.run();
  CHECK(a.heard() == Heard{"1 ok", "2 ok", "3 ok", "4 ok", "5 ok"});
  CHECK(b.heard() == Heard{"1 ok", "2 ok"});
}

TEST_CASE("an ephemeral of a follower's client lives while the client calls, and ends with its session") {
  Ensemble ensemble;
  Member& follower = ensemble.follower();
  Client owner = follower.client(4'000);
  Client witness = ensemble.leader().client(40'000);
  owner.create("/e", 1);
  ensemble.run();
  witness.exists("/e", true);
  for (int i = 0; i < 5; ++i) {
    ensemble.pass(2'000);
    owner.ping();
  }
  CHECK(witness.heard() == Heard{"1 ok"});
  ensemble.pass(7'000);
  CHECK(witness.heard() == Heard{"deleted /e"});
  CHECK(owner.heard().back() == "closed");
  CHECK_FALSE(follower.replica().state().has_session(owner.session()));
}

TEST_CASE("closeSession through a follower is answered, then the connection closes, and its ephemerals go") {
  Ensemble ensemble;
  Client owner = ensemble.follower().client();
  owner.create("/e", 1);
  owner.close_session();
  ensemble.run();
  CHECK(owner.heard() == Heard{"1 ok", "2 ok", "closed"});
  Client witness = ensemble.other_follower().client();
  witness.exists("/e");
  CHECK(witness.heard() == Heard{"1 -101"});
}

TEST_CASE("a session that moves: the old connection still reads, and its first write closes it") {
  Ensemble ensemble;
  Client old = ensemble.follower().client();
  old.create("/a");
  ensemble.run();
  SECTION("to another follower") {
    Client moved = ensemble.other_follower().come(again(old));
    CHECK(moved.heard() == Heard{"session"});
    old.get("/a");
    old.create("/stray");
    moved.create("/b");
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "2 ok", "closed"});
    CHECK(moved.heard() == Heard{"1 ok"});
    moved.exists("/stray");
    CHECK(moved.heard() == Heard{"2 -101"});
  }
  SECTION("to the leader") {
    Client moved = ensemble.leader().come(again(old));
    CHECK(moved.heard() == Heard{"session"});
    old.create("/stray");
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "closed"});
  }
  SECTION("from the leader, which answers nothing any more") {
    Client on_leader = ensemble.leader().client();
    Client moved = ensemble.follower().come(again(on_leader));
    CHECK(moved.heard() == Heard{"session"});
    on_leader.get("/a");
    CHECK(on_leader.heard() == Heard{"closed"});
  }
  SECTION("and the old connection ends the session for both") {
    Client moved = ensemble.other_follower().come(again(old));
    old.close_session();
    ensemble.run();
    CHECK(old.heard() == Heard{"1 ok", "2 ok", "closed"});
    CHECK(moved.heard() == Heard{"session", "closed"});
  }
}

TEST_CASE("a follower refuses a session that has ended, a wrong password, and a client from the future") {
  Ensemble ensemble;
  Member& follower = ensemble.follower();
  Client client = ensemble.leader().client();
  client::ConnectRequest request = again(client);
  SECTION("ended") {
    client.close_session();
    ensemble.run();
    CHECK(follower.come(request).heard() == Heard{"refused", "closed"});
  }
  SECTION("a wrong password") {
    request.password = "0123456789abcdef";
    CHECK(follower.come(request).heard() == Heard{"refused", "closed"});
    client.ping();
    CHECK(client.heard() == Heard{"-2 ok"});
  }
  SECTION("from the future") {
    request.last_zxid_seen = follower.replica().state().last_applied().value + 1;
    Client early = follower.connection();
    CHECK_FALSE(early.ask_session(request));
  }
}

TEST_CASE("several sessions are asked for at once, and each is answered for itself") {
  Ensemble ensemble;
  Client living = ensemble.leader().client();
  Client ended = ensemble.leader().client();
  const client::ConnectRequest first = again(living);
  ended.close_session();
  ensemble.run();
  Member& follower = ensemble.follower();
  Client a = follower.connection();
  Client b = follower.connection();
  Client c = follower.connection();
  a.ask_session(again(ended));
  b.ask_session(again(living));
  c.ask_session(again(living));
  CHECK(first.session_id == living.session().value);
  ensemble.run();
  CHECK(a.heard() == Heard{"refused", "closed"});
  CHECK(b.heard() == Heard{"closed"});  // the same session came once more
  CHECK(c.heard() == Heard{"session"});
}

TEST_CASE("when the leader dies its followers' clients are cut, come back, and lose nothing") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Client client = ensemble.follower().client();
  client.create("/e", 1);
  ensemble.run();
  client.create("/under-way");
  ensemble.stop(leader);
  ensemble.serve();
  CHECK(client.heard() == Heard{"1 ok", "closed"});
  Client back = ensemble.follower().come(again(client));
  back.exists("/e");
  back.create("/new");
  ensemble.run();
  CHECK(back.heard() == Heard{"session", "1 ok", "2 ok"});

  SECTION("and a session that does not come back ends, its time counted from the new leader's beginning") {
    Client lost = ensemble.leader().client(4'000);
    lost.create("/lost", 1);
    ensemble.run();
    lost.disconnect();
    ensemble.pass(3'000);
    back.ping();
    back.exists("/lost");
    ensemble.pass(4'000);
    back.exists("/lost");
    CHECK(back.heard() == Heard{"-2 ok", "3 ok", "4 -101"});
  }
  SECTION("and the old leader comes back as a follower with the same tree") {
    ensemble.start(leader);
    ensemble.serve();
    CHECK(leader.mode() == "follower");
    CHECK(leader.checksum() == ensemble.leader().checksum());
    Client late = leader.client();
    late.get("/new");
    CHECK(late.heard() == Heard{"1 ok"});
  }
}

TEST_CASE("an empty server is given the state, serves it, and keeps it") {
  Ensemble ensemble(3, 0, 5);
  Member& newcomer = ensemble.other_follower();
  Client client = ensemble.leader().client(40'000);
  client.create_with_acl("/acl", {client::Acl{client::kPermRead, {"digest", "u:h"}}});
  ensemble.stop(newcomer);
  for (int i = 0; i < 50; ++i) client.create("/node" + std::to_string(i), i % 2, "data");
  ensemble.run();
  ensemble.wipe(newcomer);
  ensemble.start(newcomer);
  ensemble.serve();
  REQUIRE(newcomer.disk().base.has_value());
  CHECK(newcomer.checksum() == ensemble.leader().checksum());
  Client reader = newcomer.client();
  reader.get("/node49");
  reader.create("/more");
  ensemble.run();
  CHECK(reader.heard() == Heard{"1 ok", "2 ok"});
  CHECK(newcomer.checksum() == ensemble.leader().checksum());

  SECTION("the base and the deltas since make the same state") {
    newcomer.replica().drain(ensemble.now());
    newcomer.step();
    REQUIRE_FALSE(newcomer.disk().deltas.empty());
    CHECK(newcomer.disk().state()->checksum() == newcomer.replica().state().checksum());
  }
  SECTION("and so does a start from its disk") {
    ensemble.stop(newcomer);
    ensemble.start(newcomer);
    ensemble.serve();
    CHECK(newcomer.checksum() == ensemble.leader().checksum());
    CHECK(newcomer.replica().state().session_count() == ensemble.leader().replica().state().session_count());
  }
}

TEST_CASE("a leader that was paused expires nobody, deposed or not") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Client on_leader = leader.client(4'000);
  Client on_follower = ensemble.follower().client(4'000);
  on_follower.create("/e", 1);
  ensemble.run();
  on_follower.heard();
  SECTION("not deposed: whoever calls when it is back is alive") {
    ensemble.pause(leader);
    for (int i = 0; i < 10; ++i) {
      ensemble.pass(200);
      on_follower.ping();
    }
    ensemble.resume(leader);
    on_leader.ping();
    ensemble.pass(1'000);
    on_follower.exists("/e");
    CHECK(on_follower.heard().back() == "2 ok");
    CHECK(on_leader.heard() == Heard{"-2 ok"});
  }
  SECTION("deposed: it makes no transaction, and the session lives on with the new leader") {
    ensemble.pause(leader);
    ensemble.pass(5'000);
    ensemble.serve();
    Client moved = ensemble.follower().come(again(on_follower));
    ensemble.resume(leader);
    ensemble.serve();
    moved.exists("/e");
    CHECK(moved.heard() == Heard{"session", "1 ok"});
    CHECK(on_leader.heard().back() == "closed");
    CHECK(leader.replica().status(ensemble.now()).stats.stale_sessions_expired == 0);
  }
}

TEST_CASE("a server that drains answers what it has") {
  Ensemble ensemble;
  Member& leader = ensemble.leader();
  Member& follower = ensemble.follower();
  Client on_leader = leader.client();
  Client on_follower = follower.client();
  on_leader.create("/a");
  on_follower.create("/b");
  SECTION("a leader hands over: the others elect without waiting for its end") {
    leader.replica().drain(ensemble.now());
    ensemble.run();
    CHECK(on_leader.heard() == Heard{"1 ok", "closed"});
    CHECK(leader.replica().idle());
    ensemble.pass(500);
    CHECK(ensemble.leader().id() != leader.id());
  }
  SECTION("a follower") {
    follower.replica().drain(ensemble.now());
    CHECK_FALSE(follower.replica().idle());
    ensemble.run();
    CHECK(on_follower.heard() == Heard{"1 ok"});
    CHECK(follower.replica().idle());
  }
}

TEST_CASE("a server tells its role, and a leader how many follow") {
  Ensemble ensemble(3, 1);
  const ServerStatus leading = ensemble.leader().replica().status(ensemble.now());
  CHECK(leading.mode == "leader");
  CHECK(leading.peer_state == "leading - broadcast");
  CHECK(leading.quorum_size == 3);
  REQUIRE(leading.leader.has_value());
  CHECK(leading.leader->learners == 3);
  CHECK(leading.leader->synced_followers == 2);
  CHECK(leading.leader->synced_observers == 1);
  const ServerStatus following = ensemble.follower().replica().status(ensemble.now());
  CHECK(following.mode == "follower");
  CHECK(following.peer_state == "following - broadcast");
  CHECK_FALSE(following.leader.has_value());
  Client client = ensemble.follower().client();
  const DumpStatus dump = ensemble.follower().replica().dump(ensemble.now());
  CHECK(dump.expiry.empty());
  CHECK(dump.global_sessions == std::vector<std::pair<SessionId, int32_t>>{{client.session(), 10'000}});
}

TEST_CASE("an observer serves as a follower does") {
  Ensemble ensemble(3, 1);
  Member& observer = ensemble.server(4);
  CHECK(observer.mode() == "observer");
  CHECK(observer.replica().status(ensemble.now()).peer_state == "observing - broadcast");
  Client client = observer.client();
  client.create("/a");
  client.sync("/a");
  client.get("/a");
  ensemble.run();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 ok"});
}

TEST_CASE("containers are reaped once, by the leader") {
  Ensemble ensemble;
  Client client = ensemble.follower().client(40'000);
  client.send(OpCode::create_container,
              jute::encoded(
                  client::CreateRequest{"/c", "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, 4}));
  client.create("/c/x");
  client.remove("/c/x");
  ensemble.run();
  const Zxid before = ensemble.leader().replica().state().last_applied();
  for (int i = 0; i < 4; ++i) {
    ensemble.pass(20'000);
    client.ping();
  }
  client.exists("/c");
  CHECK(client.heard().back() == "4 -101");
  CHECK(ensemble.leader().replica().state().last_applied() == before.next());
}

TEST_CASE("/zookeeper/config holds the configuration on every server") {
  Ensemble ensemble;
  for (int64_t id = 1; id <= 3; ++id) {
    Client client = ensemble.server(id).client();
    client.get("/zookeeper/config");
    CHECK(client.heard() == Heard{"1 ok"});
    const auto response = client.last<client::GetDataResponse>();
    CHECK(response.data.view().substr(0, 38) == "server.1=host1:2888:3888:participant\ns");
    CHECK(response.stat.version == -1);
  }
}

}  // namespace paddock::replica
