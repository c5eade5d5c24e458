// Clients of observers that follow a follower: what they ask goes through two servers, and comes back.
#include "server/replica/observer_requests.h"

#include <catch2/catch.hpp>

#include "ensemble.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {
using namespace testing;

namespace {

ReplicaOptions with_masters() {
  ReplicaOptions options;
  options.engine.observer_master_port = 2191;
  return options;
}

// Servers 1 to 3 and the observers 4 and 5, each of which follows a follower.
class Masters : public Ensemble {
 public:
  Masters() : Ensemble(with_masters(), 3, 2) {
    REQUIRE(master_of(4).mode() == "follower");
    REQUIRE(master_of(5).mode() == "follower");
  }
  Member& master_of(int64_t observer) {
    return server(server(observer).replica().engine().observer_master()->value);
  }
};

}  // namespace

TEST_CASE("writes, reads and syncs of an observer's clients and of its master's keep each client's order") {
  Masters ensemble;
  Client a = ensemble.server(4).client();
  Client b = ensemble.master_of(4).client();
  a.create("/a");
  a.sync("/a");
  b.sync("/a");
  a.set("/a", "1");
  a.sync("/a");
  b.create("/b");
  b.sync("/b");
  a.get("/a");
  b.get("/b");
  ensemble.run();
  CHECK(a.heard() == Heard{"1 ok", "2 ok", "3 ok", "4 ok", "5 ok"});
  CHECK(b.heard() == Heard{"1 ok", "2 ok", "3 ok", "4 ok"});
  CHECK(ensemble.server(4).checksum() == ensemble.leader().checksum());
}

TEST_CASE("behind a sync an observer has what others wrote before it was asked for") {
  Masters ensemble;
  Client writer = ensemble.leader().client();
  Client reader = ensemble.server(4).client();
  writer.create("/late");
  reader.sync("/");
  reader.exists("/late");
  ensemble.run();
  CHECK(reader.heard() == Heard{"1 ok", "2 ok"});
}

TEST_CASE("a session of an observer lives while its client calls, and ends with it") {
  Masters ensemble;
  Client owner = ensemble.server(4).client(4'000);
  Client witness = ensemble.leader().client(40'000);
  owner.create("/e", 1);
  ensemble.run();
  witness.exists("/e", true);
  for (int i = 0; i < 5; ++i) {
    ensemble.pass(2'000);
    owner.ping();
  }
  CHECK(witness.heard() == Heard{"1 ok"});
  ensemble.pass(8'000);
  CHECK(witness.heard() == Heard{"deleted /e"});
}

TEST_CASE("a session moves from one observer to another and to the master, and a dead one to nobody") {
  Masters ensemble;
  Client first = ensemble.server(4).client();
  first.create("/e", 1);
  ensemble.run();
  const client::ConnectRequest request = again(first);
  first.disconnect();
  Client second = ensemble.server(5).come(request);
  CHECK(second.heard() == Heard{"session"});
  second.set("/e", "x");
  ensemble.run();
  CHECK(second.heard() == Heard{"1 ok"});
  second.disconnect();
  Client third = ensemble.master_of(4).come(request);
  CHECK(third.heard() == Heard{"session"});
  third.close_session();
  ensemble.run();
  CHECK(third.heard() == Heard{"1 ok", "closed"});
  Client fourth = ensemble.server(4).come(request);
  CHECK(fourth.heard() == Heard{"refused", "closed"});
}

TEST_CASE("an answer to an observer that has gone is nobody's") {
  Masters ensemble;
  Member& master = ensemble.master_of(4);
  Client own = master.client();
  Client a = ensemble.server(4).client();
  a.sync("/");
  ensemble.server(4).step();
  ensemble.stop(ensemble.server(4));
  own.sync("/");
  ensemble.run();
  CHECK(own.heard() == Heard{"1 ok"});
}

TEST_CASE("what no leader could read ends the observer's link, and not its master's") {
  Masters ensemble;
  Member& observer = ensemble.server(4);
  Member& master = ensemble.master_of(4);
  Client witness = master.client();
  Client own = observer.client();
  const auto bad = [&](quorum::PacketType type, std::string data) {
    observer.replica().engine().send_to_leader(type, Zxid{-1}, Bytes(std::move(data)), Bytes());
    ensemble.run();
    CHECK(own.heard() == Heard{"closed"});
  };
  SECTION("a request without a head") { bad(quorum::PacketType::request, "short"); }
  SECTION("a request of which leaders make no transaction") {
    const quorum::ForwardedHead head{1, 1, static_cast<int32_t>(OpCode::create)};
    bad(quorum::PacketType::request, jute::encoded(head) + "nonsense");
  }
  SECTION("a session without its time") { bad(quorum::PacketType::revalidate, "1234"); }
  SECTION("half a touch") { bad(quorum::PacketType::ping, "123456789"); }
  CHECK(master.mode() == "follower");
  witness.create("/after");
  ensemble.run();
  CHECK(witness.heard() == Heard{"1 ok"});
  ensemble.serve();
}

TEST_CASE("a master tells how many observers it has, and an observer whom it follows") {
  Masters ensemble;
  Member& master = ensemble.master_of(4);
  const int64_t observers = 1 + (&ensemble.master_of(5) == &master);
  CHECK(master.replica().status(ensemble.now()).synced_observers == observers);
  CHECK(ensemble.server(4).replica().status(ensemble.now()).observer_master == master.id().value);
  CHECK_FALSE(ensemble.leader().replica().status(ensemble.now()).synced_observers.has_value());
}

}  // namespace paddock::replica
