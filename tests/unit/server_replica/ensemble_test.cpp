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
