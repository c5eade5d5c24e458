#include <catch2/catch.hpp>

#include "protocol/client/multi.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

std::string create_path(const Reply& reply) {
  return jute::decoded<client::CreateResponse>(reply.body)->path.str();
}

std::string multi_of(const std::vector<client::MultiOp>& ops) {
  std::string out;
  jute::Writer writer(out);
  client::encode_multi(writer, ops);
  return out;
}

}  // namespace

TEST_CASE("no reply to a write leaves before it is durable") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.remove("/missing");
  server.pass(1);
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "2 -101"});
}

TEST_CASE("a read waits for its own session's writes, and sees them") {
  Server server;
  Client client = server.client();
  client.create("/a", 0, "x");
  client.get("/a");
  client.set("/a", "y");
  client.get("/a");
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 ok", "4 ok"});
  CHECK(jute::decoded<client::GetDataResponse>(client.replies()[1].body)->data == "x");
  CHECK(client.last<client::GetDataResponse>().data == "y");
}

TEST_CASE("a read waits for nobody else's writes") {
  Server server;
  Client writer = server.client();
  Client reader = server.client();
  writer.create("/a");
  reader.get("/a");
  CHECK(reader.heard() == Heard{"1 -101"});
  server.persist();
  reader.get("/a");
  CHECK(reader.heard() == Heard{"2 ok"});
}

TEST_CASE("a read before a write is answered before it") {
  Server server;
  Client client = server.client();
  client.exists("/a");
  client.create("/a");
  CHECK(client.heard() == Heard{"1 -101"});
}

TEST_CASE("replies leave in the order of the requests, whatever their kind") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.ping();
  client.sync("/a");
  client.get("/a");
  client.remove("/a");
  client.exists("/a");
  CHECK(client.heard().empty());
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "-2 ok", "2 ok", "3 ok", "4 ok", "5 -101"});
}

TEST_CASE("auth overtakes, and counts for the requests behind it only") {
  Server server;
  Client client = server.client();
  const client::Vector<client::Acl> for_creator{client::Acl{client::kPermAll, {"auth", ""}}};
  client.create_with_acl("/before", for_creator);
  client.exists("/");
  client.auth("digest", "u:p");
  client.create_with_acl("/behind", for_creator);
  CHECK(client.heard() == Heard{"-4 ok"});
  server.persist();
  CHECK(client.heard() == Heard{"1 -114", "2 ok", "3 ok"});
}

TEST_CASE("a waiting read has the identities of its arrival") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.send(OpCode::who_am_i, "");
  client.auth("digest", "u:p");
  server.persist();
  CHECK(client.last<client::WhoAmIResponse>().identities.size() == 1);
  client.send(OpCode::who_am_i, "");
  CHECK(client.last<client::WhoAmIResponse>().identities.size() == 2);
}

TEST_CASE("pipelined sequential creates get a number each, in their order") {
  Server server;
  Client client = server.client();
  for (int i = 0; i < 3; ++i) client.create("/s-", 2);
  server.persist();
  REQUIRE(client.replies().size() == 3);
  CHECK(create_path(client.replies()[0]) == "/s-0000000000");
  CHECK(create_path(client.replies()[2]) == "/s-0000000002");
}

TEST_CASE("pipelined writes see each other before they are durable") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.create("/a/b");
  client.remove("/a");
  client.remove("/a/b");
  client.remove("/a");
  server.persist();
  CHECK(client.heard() == Heard{"1 ok", "2 ok", "3 -111", "4 ok", "5 ok"});
}

TEST_CASE("a multi is one transaction, all or nothing") {
  Server server;
  Client client = server.client();
  const client::CreateRequest create{"/m", "", {client::Acl{client::kPermAll, {"world", "anyone"}}}, 0};
  client.send(OpCode::multi,
              multi_of({{OpCode::create, create}, {OpCode::remove, client::DeleteRequest{"/missing", -1}}}));
  client.exists("/m");
  client.send(OpCode::multi,
              multi_of({{OpCode::create, create}, {OpCode::set_data, client::SetDataRequest{"/m", "x", 0}}}));
  client.exists("/m");
  const size_t before = server.log().size();
  server.persist();
  CHECK(server.log().size() == before + 2);
  CHECK(client.heard() == Heard{"1 ok", "2 -101", "3 ok", "4 ok"});
  jute::Reader reader(client.replies()[0].body);
  std::vector<client::MultiResult> results;
  REQUIRE(client::decode_multi_results(reader, results));
  REQUIRE(results.size() == 2);
  CHECK(std::get<client::ErrorResponse>(results[1].body).err == -101);
}

TEST_CASE("an event precedes the reply of the write that caused it") {
  Server server;
  Client client = server.client();
  client.exists("/a", true);
  client.children("/", true);
  client.create("/a");
  server.persist();
  CHECK(client.heard() == Heard{"1 -101", "2 ok", "created /a", "children /", "3 ok"});
}

TEST_CASE("an event precedes any reply that shows the change to another client") {
  Server server;
  Client writer = server.client();
  Client watcher = server.client();
  watcher.exists("/a", true);
  writer.create("/a");
  watcher.create("/b");
  watcher.get("/a");
  server.persist();
  CHECK(watcher.heard() == Heard{"1 -101", "created /a", "2 ok", "3 ok"});
  CHECK(writer.heard() == Heard{"1 ok"});
}

TEST_CASE("a notification carries the zxid of its transaction") {
  Server server;
  Client client = server.client();
  client.exists("/a", true);
  client.create("/a");
  server.persist();
  REQUIRE(client.replies().size() == 3);
  CHECK(client.replies()[1].header.zxid == server.log().back().zxid.value);
}

TEST_CASE("the events of setWatches precede its reply and carry no zxid") {
  Server server;
  Client client = server.client();
  client.create("/a");
  server.persist();
  client.heard();
  client::SetWatchesRequest watches;
  watches.data = {"/gone"};
  watches.exist = {"/a"};
  client.send(OpCode::set_watches, jute::encoded(watches), client::kXidSetWatches);
  CHECK(client.heard() == Heard{"deleted /gone", "created /a", "-8 ok"});
  CHECK(client.replies()[1].header.zxid == -1);
}

TEST_CASE("an event is kept from a connection that may not read the node") {
  Server server;
  Client writer = server.client();
  Client watcher = server.client();
  Client friend_of_writer = server.client();
  writer.auth("digest", "u:p");
  friend_of_writer.auth("digest", "u:p");
  friend_of_writer.heard();
  watcher.exists("/a", true);
  friend_of_writer.exists("/a", true);
  writer.create_with_acl("/a", {client::Acl{client::kPermAll, {"auth", ""}}});
  server.persist();
  CHECK(watcher.heard() == Heard{"1 -101"});
  CHECK(friend_of_writer.heard() == Heard{"1 -101", "created /a"});
}

TEST_CASE("a reply's zxid is the last one applied; a failed write's is its own") {
  Server server;
  Client client = server.client();
  client.get("/");
  const int64_t before = server.log().back().zxid.value;
  CHECK(client.replies().back().header.zxid == before);
  client.remove("/missing");
  server.persist();
  CHECK(client.replies().back().header.zxid == before + 1);
  client.auth("digest", "u:p");
  CHECK(client.replies().back().header.zxid == 0);
}

TEST_CASE("a sync is confirmed behind every write that was proposed before it, and says its path") {
  Server server;
  Client writer = server.client();
  Client reader = server.client();
  reader.sync("/x");
  CHECK(reader.heard() == Heard{"1 ok"});
  writer.create("/a");
  reader.sync("/a");
  reader.get("/a");
  CHECK(reader.heard().empty());
  server.persist();
  CHECK(reader.heard() == Heard{"2 ok", "3 ok"});
  CHECK(jute::decoded<client::PathRecord>(reader.replies()[1].body)->path == "/a");
}

TEST_CASE("a client that is gone gets nothing, and its writes happen all the same") {
  Server server;
  Client client = server.client();
  client.create("/a");
  client.get("/a");
  client.sync("/a");
  client.disconnect();
  server.persist();
  Client other = server.client();
  other.get("/a");
  CHECK(other.heard() == Heard{"1 ok"});
  CHECK(server.replica().status(server.now()).stats.outstanding == 0);
}

}  // namespace paddock::replica
