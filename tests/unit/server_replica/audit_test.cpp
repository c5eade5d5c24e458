#include "server/replica/audit_trail.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "protocol/client/multi.h"
#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

using Lines = std::vector<std::string>;

struct Audited : Server {
  Audited() { options.audit = true; }

  // What was recorded since the last call: operation, znode, its type, its ACL, result.
  Lines lines() {
    Lines lines;
    for (; told_ < audited().size(); ++told_) {
      const AuditRecord& record = audited()[told_];
      std::string line(record.operation);
      if (record.znode) line += " " + *record.znode;
      if (!record.znode_type.empty()) line += fmt::format(" ({})", record.znode_type);
      if (record.acl) line += " " + *record.acl;
      lines.push_back(line + (record.result == AuditRecord::Result::success ? "" : " failed"));
    }
    return lines;
  }

 private:
  size_t told_ = 0;
};

void set_acl(Client& client, std::string_view path, const client::Vector<client::Acl>& acl) {
  client::SetAclRequest request;
  request.path = path;
  request.acl = acl;
  request.version = -1;
  client.send(OpCode::set_acl, jute::encoded(request));
}

client::CreateRequest create_request(std::string_view path, int32_t flags) {
  client::CreateRequest request;
  request.path = path;
  request.data = "";
  request.acl = {client::Acl{client::kPermAll, {"world", "anyone"}}};
  request.flags = flags;
  return request;
}

void multi(Client& client, const std::vector<client::MultiOp>& ops) {
  std::string body;
  jute::Writer writer(body);
  client::encode_multi(writer, ops);
  client.send(OpCode::multi, body);
}

client::MultiOp create_op(std::string_view path, int32_t flags = 0) {
  return {OpCode::create, create_request(path, flags)};
}
client::MultiOp delete_op(std::string_view path) {
  return {OpCode::remove, client::DeleteRequest{path, -1}};
}

}  // namespace

TEST_CASE("audit: writes are recorded when they are decided, under their final names") {
  Audited server;
  Client client = server.client();
  client.create("/a");
  client.create("/a/n-", 2);
  client.set("/a", "x");
  client.remove("/a/n-0000000000");
  set_acl(client, "/a",
          {client::Acl{client::kPermRead | client::kPermAdmin, {"world", "anyone"}},
           client::Acl{client::kPermAll, {"ip", "10.0.0.1"}}});
  CHECK(server.lines() == Lines{});
  server.persist();
  CHECK(server.lines() == Lines{"create /a (persistent)", "create /a/n-0000000000 (persistent_sequential)",
                                "setData /a", "delete /a/n-0000000000",
                                "setAcl /a world:anyone:raip:10.0.0.1:cdrwa"});
}

TEST_CASE("audit: what failed is recorded as it was asked for") {
  Audited server;
  Client client = server.client();
  client.create("/no/where", 3);
  client.create("/a", 99);
  client.set("/none", "x");
  client.remove("/none");
  set_acl(client, "/none", {});
  server.persist();
  CHECK(server.lines() == Lines{"create /no/where (ephemeral_sequential) failed", "create /a failed",
                                "setData /none failed", "delete /none failed", "setAcl /none  failed"});
}

TEST_CASE("audit: reads have no record") {
  Audited server;
  Client client = server.client();
  client.get("/");
  client.sync("/");
  server.persist();
  CHECK(server.lines() == Lines{});
}

TEST_CASE("audit: a request that cannot be read is recorded as far as it can") {
  Audited server;
  Client client = server.client();
  client.send(OpCode::create, "no record");
  client.send(OpCode::remove, jute::encoded(client::PathRecord{"/a"}));
  client.send(OpCode::multi, "no");
  server.persist();
  CHECK(server.lines() == Lines{"create (persistent) failed", "delete /a failed", "multiOperation failed"});
}

TEST_CASE("audit: a multi is recorded by its operations, a failed one as a whole") {
  Audited server;
  Client client = server.client();
  multi(client, {create_op("/a"), create_op("/s-", 2), delete_op("/a"),
                 client::MultiOp{OpCode::check, client::CheckVersionRequest{"/", -1}}});
  server.persist();
  CHECK(server.lines() == Lines{"create /a (persistent)", "create /s-0000000001", "delete /a"});
  multi(client, {create_op("/b"), delete_op("/none")});
  multi(client, {client::MultiOp{OpCode::create_ttl, client::CreateTtlRequest{jute::Text(), "", {}, 0, 5}}});
  server.persist();
  CHECK(server.lines() == Lines{"multiOperation failed", "multiOperation failed"});
}

TEST_CASE("audit: a record names the session, the address and what the client had proved when it asked") {
  Audited server;
  Client client = server.client();
  client.create("/a");
  client.auth("digest", "bob:secret");
  client.create("/b");
  server.persist();
  REQUIRE(server.audited().size() == 2);
  CHECK(server.audited()[0].user == "127.0.0.1");
  CHECK(server.audited()[1].user == "127.0.0.1,bob");
  CHECK(server.audited()[1].address == "127.0.0.1");
  CHECK(server.audited()[1].session == client.session());
  CHECK_FALSE(server.audited()[1].by_server);
}

TEST_CASE("audit: a client that hangs up is recorded all the same") {
  Audited server;
  Client client = server.client();
  client.create("/a");
  client.disconnect();
  server.persist();
  CHECK(server.lines() == Lines{"create /a (persistent)"});
}

TEST_CASE("audit: a session that comes back on another connection is recorded once for each request") {
  Audited server;
  Client client = server.client();
  client.create("/a");
  Client moved = server.connection();
  moved.ask_session(again(client));
  moved.set("/a", "x");
  server.persist();
  CHECK(server.lines() == Lines{"create /a (persistent)", "setData /a"});
}

TEST_CASE("audit: the nodes that go with a session are the server's doing") {
  Audited server;
  Client client = server.client();
  client.create("/e", 1);
  server.persist();
  server.lines();
  SECTION("it is closed") {
    client.close_session();
    server.persist();
  }
  SECTION("it expires") {
    client.disconnect();
    server.pass(20'000);
    server.persist();
  }
  CHECK(server.lines() == Lines{"ephemeralZNodeDeletionOnSessionCloseOrExpire /e"});
  CHECK(server.audited().back().by_server);
  CHECK(server.audited().back().session == client.session());
}

TEST_CASE("audit: without it nothing is recorded") {
  Audited server;
  server.options.audit = false;
  Client client = server.client();
  client.create("/e", 1);
  client.close_session();
  server.persist();
  CHECK(server.lines() == Lines{});
}

}  // namespace paddock::replica
