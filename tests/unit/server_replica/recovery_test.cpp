#include "server/replica/replica.h"

#include <catch2/catch.hpp>

#include "server.h"
#include "znode/delta.h"

namespace paddock::replica {
using namespace testing;

namespace {

// What a checkpoint would hold: the first state and all deltas, merged and loaded.
std::unique_ptr<znode::State> loaded(const std::vector<znode::Delta>& deltas) {
  std::map<std::string, std::string> merged;
  const auto merge = [&](const znode::Delta& delta) {
    for (const auto& entry : delta.entries) {
      if (entry.value) {
        merged[std::string(entry.key)] = *entry.value;
      } else {
        merged.erase(std::string(entry.key));
      }
    }
  };
  merge(znode::State(znode::Options{}).full_delta());
  for (const znode::Delta& delta : deltas) merge(delta);
  auto state = std::make_unique<znode::State>(znode::Options{});
  state->begin_load();
  for (const auto& [key, value] : merged) REQUIRE(znode::load_entry(*state, key, value).ok());
  REQUIRE(state->finish_load(deltas.back().applied, deltas.back().checksum).ok());
  return state;
}

}  // namespace

TEST_CASE("zxids start at (1,1) in epoch 1") {
  Server server;
  server.client();
  REQUIRE(server.log().size() == 1);
  CHECK(server.log()[0].zxid == Zxid::of(1, 1));
  CHECK(server.epochs() == store::Epochs{1, 1});
}

TEST_CASE("what is in the log is served again after a restart, and nothing else") {
  Server server;
  Client before = server.client();
  before.create("/durable");
  server.persist();
  before.create("/lost");
  const client::ConnectRequest request = again(before);
  server.restart();
  CHECK(server.epochs() == store::Epochs{2, 2});
  Client after = server.connection();
  REQUIRE(after.ask_session(request));
  after.get("/durable");
  after.get("/lost");
  after.create("/new");
  server.persist();
  CHECK(after.heard() == Heard{"session", "1 ok", "2 -101", "3 ok"});
  CHECK(server.log().back().zxid == Zxid::of(2, 1));
}

TEST_CASE("sessions live on over a restart, with their time counted anew") {
  Server server;
  Client owner = server.client();
  owner.create("/e", 1);
  server.persist();
  const client::ConnectRequest request = again(owner);
  server.restart();
  server.pass(9'000);
  Client back = server.connection();
  back.ask_session(request);
  back.exists("/e");
  CHECK(back.heard() == Heard{"session", "1 ok"});
  server.pass(12'000);
  server.persist();
  CHECK(back.heard() == Heard{"closed"});
}

TEST_CASE("a client that saw the old epoch's last transaction is welcome in the new one") {
  Server server;
  Client client = server.client();
  client.create("/a");
  server.persist();
  client::ConnectRequest request = again(client);
  request.last_zxid_seen = server.log().back().zxid.value;
  server.restart();
  Client back = server.connection();
  CHECK(back.ask_session(request));
}

TEST_CASE("when the counter is full a new epoch begins, and clients notice nothing") {
  Server server;
  server.options.engine.last_counter = 4;
  Client client = server.client();
  Client other = server.client();
  for (int i = 0; i < 9; ++i) client.create("/s", 2);
  client.sync("/s");
  client.children("/");
  other.sync("/s");
  other.close_session();
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() ==
        Heard{"1 ok", "2 ok", "3 ok", "4 ok", "5 ok", "6 ok", "7 ok", "8 ok", "9 ok", "10 ok", "11 ok"});
  CHECK(other.heard() == Heard{"1 ok", "2 ok", "closed"});
  CHECK(client.last<client::GetChildrenResponse>().children.size() == 9 + 1);
  std::vector<Zxid> zxids;
  for (const store::Append& record : server.log()) zxids.push_back(record.zxid);
  REQUIRE(zxids.size() == 12);
  CHECK(zxids[3] == Zxid::of(1, 4));
  CHECK(zxids[4] == Zxid::of(2, 1));
  CHECK(zxids[8] == Zxid::of(3, 1));
  CHECK(server.epochs().current == 4);  // the third is full as well

  SECTION("and a restart finds it all") {
    server.restart();
    Client after = server.client();
    after.get("/s0000000008");
    CHECK(after.heard() == Heard{"1 ok"});
  }
}

TEST_CASE("a session that is closed while a new epoch begins gets its earlier writes done") {
  Server server;
  server.options.engine.last_counter = 2;
  Client client = server.client();
  client.create("/a");
  client.create("/held");
  client.close_session();
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 ok", "closed"});
}

TEST_CASE("a session that moves while a new epoch begins keeps its order") {
  Server server;
  server.options.engine.last_counter = 2;
  Client first = server.client();
  first.create("/a");
  first.create("/held");
  first.sync("/held");
  Client second = server.connection();
  second.ask_session(again(first));
  second.get("/held");
  CHECK(second.heard() == Heard{"session"});
  server.persist();
  CHECK(second.heard() == Heard{"1 ok"});
}

TEST_CASE("the deltas on top of the first state make the state") {
  Server server;
  Client client = server.client();
  client.create("/a", 0, "x");
  client.create("/e", 1);
  client.create("/gone");
  client.remove("/gone");
  server.persist();
  CHECK(server.deltas().empty());
  server.replica().drain(server.now());
  server.step();
  REQUIRE(server.deltas().size() == 1);
  const auto state = loaded(server.deltas());
  CHECK(state->last_applied() == server.replica().state().last_applied());
  CHECK(state->checksum() == server.replica().state().checksum());
  CHECK(state->session_count() == 1);
}

TEST_CASE("a recovered log tail reaches the checkpoint, at the zxid of its last record and not at (e,0)") {
  Server server;
  Client client = server.client();
  client.create("/tail");
  server.persist();
  server.restart();
  REQUIRE(server.deltas().size() == 1);
  CHECK(server.deltas()[0].applied == Zxid::of(1, 2));
  CHECK(server.replica().state().last_applied() == Zxid::of(2, 0));
  CHECK(loaded(server.deltas())->tree().find("/tail") != znode::kNoNode);
}

TEST_CASE("no delta claims the start of an epoch, which no log holds") {
  Server server;
  server.options.engine.last_counter = 2;
  Client client = server.client();
  for (int i = 0; i < 6; ++i) client.create("/s", 2);
  server.persist();
  server.replica().drain(server.now());
  server.step();
  REQUIRE_FALSE(server.deltas().empty());
  for (const znode::Delta& delta : server.deltas()) CHECK(delta.applied.counter() > 0);
}

TEST_CASE("a delta is cut at about four mebibytes") {
  Server server;
  Client client = server.client();
  for (int i = 0; i < 7; ++i) {
    client.create("/big" + std::to_string(i), 0, std::string(750'000, 'x'));
    server.persist();
  }
  REQUIRE(server.deltas().size() == 1);
  CHECK(server.deltas()[0].bytes > (4u << 20));
  CHECK(server.deltas()[0].bytes < (5u << 20));
}

TEST_CASE("a delta that is asked for is cut, however little it is, and takes many batches if it is much") {
  Server server;
  Client client = server.client();
  for (int i = 0; i < 1000; ++i) client.create("/n" + std::to_string(i));
  server.persist();
  CHECK(server.deltas().empty());
  server.replica().cut_delta();
  server.step();
  CHECK(server.deltas().empty());
  client.create("/later");
  server.persist();
  const Zxid cut = Zxid::of(1, 1001);  // the session's and the nodes'
  for (int i = 0; i < 20; ++i) server.step();
  REQUIRE(server.deltas().size() == 1);
  CHECK(server.deltas()[0].applied == cut);
  const auto state = loaded(server.deltas());
  CHECK(state->tree().find("/n999") != znode::kNoNode);
  CHECK(state->tree().find("/later") == znode::kNoNode);
  server.replica().cut_delta();
  server.step();
  CHECK(server.deltas().size() == 2);
  server.replica().cut_delta();
  server.step();
  CHECK(server.deltas().size() == 2);
}

TEST_CASE("a server that drains answers what it has, takes nothing new, and says when it is done") {
  Server server;
  Client client = server.client();
  client.create("/a");
  CHECK_FALSE(server.replica().idle());
  server.replica().drain(server.now());
  CHECK(server.replica().throttled(client.connection()));
  CHECK_FALSE(server.replica().idle());
  server.persist();
  CHECK(client.heard() == Heard{"1 ok"});
  CHECK(server.replica().idle());
  CHECK_FALSE(client.get("/a"));
  CHECK_FALSE(server.connection().ask_session(new_session()));
}

TEST_CASE("a leader that stops closes every connection") {
  Server server;
  Client client = server.client();
  client.create("/a");
  server.replica().engine().stop_leading();
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "closed"});
  CHECK_FALSE(server.replica().serving());
}

}  // namespace paddock::replica
