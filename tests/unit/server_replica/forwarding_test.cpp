#include "server/replica/forwarding.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {
namespace {

using client::OpCode;

constexpr SessionId kA{0xa};
constexpr SessionId kB{0xb};
constexpr ConnectionId kNobody{};

Submission write(SessionId session, int32_t cxid, uint64_t connection, OpCode type = OpCode::set_data) {
  Submission submission;
  submission.connection = ConnectionId{connection};
  submission.session = session;
  submission.cxid = Xid{cxid};
  submission.type = type;
  submission.body = "body";
  return submission;
}

txn::TxnHeader txn(SessionId session, int32_t cxid, OpCode type = OpCode::set_data) {
  return {session.value, cxid, 0, 0, static_cast<int32_t>(type)};
}

SharedIdentities ip(const char* address) {
  return std::make_shared<const znode::Identities>(znode::Identities{{"ip", address}});
}

}  // namespace

TEST_CASE("a REQUEST carries session, cxid, type and body, and the client's identities") {
  Forwarding forwarding;
  Submission submission = write(kA, 7, 1);
  submission.identities = ip("1.2.3.4");
  const Forwarding::Request request = forwarding.forward(submission);
  jute::Reader reader(request.data.view());
  quorum::ForwardedHead head;
  REQUIRE(jute::decode(reader, head));
  CHECK(head == quorum::ForwardedHead{kA.value, 7, static_cast<int32_t>(OpCode::set_data)});
  CHECK(reader.rest() == "body");
  using Ids = jute::Vector<client::Id>;
  CHECK(jute::decoded<Ids>(request.authinfo.view()) == Ids{{"ip", "1.2.3.4"}});

  SECTION("another client's request carries its own") {
    submission.identities = ip("5.6.7.8");
    CHECK(jute::decoded<Ids>(forwarding.forward(submission).authinfo.view()) == Ids{{"ip", "5.6.7.8"}});
  }
  SECTION("without identities it carries an empty list, not null") {
    submission.identities = nullptr;
    CHECK(jute::decoded<Ids>(forwarding.forward(submission).authinfo.view()) == Ids{});
  }
  SECTION("createSession carries null") {
    submission.type = OpCode::create_session;
    CHECK(forwarding.forward(submission).authinfo.empty());
  }
}

TEST_CASE("transactions are matched with the oldest write under way, and with no other") {
  Forwarding forwarding;
  forwarding.forward(write(kA, 1, 10));
  forwarding.forward(write(kB, 1, 20));
  forwarding.forward(write(kA, 2, 10));
  CHECK(forwarding.applied(txn(SessionId{0xc}, 1)) == kNobody);
  CHECK(forwarding.applied(txn(kB, 1)) == kNobody);
  CHECK(forwarding.applied(txn(kA, 1)) == ConnectionId{10});
  CHECK(forwarding.applied(txn(kA, 2)) == kNobody);
  CHECK(forwarding.applied(txn(kB, 1, OpCode::error)) == ConnectionId{20});
  CHECK(forwarding.applied(txn(kA, 2)) == ConnectionId{10});
  CHECK(forwarding.idle());
  CHECK(forwarding.applied(txn(kA, 2)) == kNobody);
}

TEST_CASE("the end of a silent session is no answer to a write of xid 0") {
  Forwarding forwarding;
  forwarding.forward(write(kA, 0, 10));
  CHECK(forwarding.applied(txn(kA, 0, OpCode::close_session)) == kNobody);
  CHECK(forwarding.applied(txn(kA, 0, OpCode::error)) == ConnectionId{10});
  forwarding.forward(write(kB, 0, 20, OpCode::close_session));
  CHECK(forwarding.applied(txn(kB, 0, OpCode::close_session)) == ConnectionId{20});
}

TEST_CASE("syncs have an order of their own") {
  Forwarding forwarding;
  forwarding.forward(write(kA, 1, 10));
  forwarding.forward(write(kA, 2, 10, OpCode::sync));
  forwarding.forward(write(kB, 1, 20, OpCode::sync));
  CHECK(forwarding.synced().connection == ConnectionId{10});
  CHECK(forwarding.applied(txn(kA, 1)) == ConnectionId{10});
  CHECK_FALSE(forwarding.idle());
  CHECK(forwarding.synced().connection == ConnectionId{20});
  CHECK(forwarding.idle());
  CHECK(forwarding.synced().connection == kNobody);
}

TEST_CASE("a session that comes back takes its writes along, and leaves its syncs") {
  Forwarding forwarding;
  forwarding.forward(write(kA, 1, 10));
  forwarding.forward(write(kB, 1, 20));
  forwarding.forward(write(kA, 2, 10, OpCode::sync));
  forwarding.forward(write(kA, 3, 10));
  CHECK(forwarding.adopt(kA, ConnectionId{11}) == 2);
  CHECK(forwarding.synced().connection == ConnectionId{10});
  CHECK(forwarding.applied(txn(kA, 1)) == ConnectionId{11});
  CHECK(forwarding.applied(txn(kB, 1)) == ConnectionId{20});
  CHECK(forwarding.applied(txn(kA, 3)) == ConnectionId{11});
}

TEST_CASE("a role that ends leaves nothing under way") {
  Forwarding forwarding;
  forwarding.forward(write(kA, 1, 10));
  forwarding.forward(write(kA, 2, 10, OpCode::sync));
  forwarding.reset();
  CHECK(forwarding.idle());
  CHECK(forwarding.applied(txn(kA, 1)) == kNobody);
}

}  // namespace paddock::replica
