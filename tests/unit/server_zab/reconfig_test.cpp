#include "server/zab/reconfig.h"

#include <catch2/catch.hpp>

#include "protocol/txn/txn.h"
#include "server/zab/membership_lines.h"

namespace paddock::zab {
namespace {

constexpr Zxid kZxid = Zxid::of(2, 7);

Membership three() {
  return parse_membership(
             "server.1=127.0.0.1:2888:3888:participant;2181\n"
             "server.2=127.0.0.1:2889:3889:participant;2182\n"
             "server.3=10.0.0.3:2890:3890:observer;2183\n"
             "version=100000000")
      .value();
}

struct Asked {
  ErrorCode err;
  std::string text;
};

Asked ask(const ReconfigOrder& order, bool standalone_enabled = true) {
  const ReconfigPlan plan = plan_membership(three(), order, standalone_enabled, kZxid);
  return {plan.err, plan.err == ErrorCode::ok ? plan.membership.to_text() : ""};
}
ErrorCode joining(const std::string& text) {
  return ask({text, std::nullopt, std::nullopt, -1}).err;
}
ErrorCode leaving(const std::string& text) {
  return ask({std::nullopt, text, std::nullopt, -1}).err;
}
ErrorCode members(const std::string& text) {
  return ask({std::nullopt, std::nullopt, text, -1}).err;
}

}  // namespace

TEST_CASE("a configuration's text is read back as it was written") {
  CHECK(parse_membership(three().to_text()).value() == three());
  CHECK(version_in(three().to_text()) == 0x100000000);
  CHECK(version_in("version=a") == 10);
  CHECK(version_in("server.1=a:1:2\nreversion=a") == 0);
  CHECK(version_in("") == 0);
  CHECK_FALSE(parse_membership("server.1=127.0.0.1:2888:3888\nclientPort=1").ok());
  CHECK_FALSE(parse_membership("server.1=127.0.0.1:2888:2888").ok());
  const Membership groups = parse_membership(
                                "server.1=127.0.0.1:1:2:participant\nserver.2=127.0.0.1:3:4:participant\n"
                                "group.1=1:2\nweight.2=3")
                                .value();
  CHECK(groups.hierarchical);
  CHECK(parse_membership(groups.to_text()).value() == groups);
}

TEST_CASE("servers join and leave, and the version is the transaction's zxid") {
  const Asked both = ask({"server.4=127.0.0.1:1:2;3,server.3=10.0.0.3:5:6;7", "2", std::nullopt, -1});
  CHECK(both.err == ErrorCode::ok);
  CHECK(both.text ==
        "server.1=127.0.0.1:2888:3888:participant;0.0.0.0:2181\n"
        "server.3=10.0.0.3:5:6:participant;0.0.0.0:7\n"
        "server.4=127.0.0.1:1:2:participant;0.0.0.0:3\n"
        "version=200000007");
  CHECK(leaving("3,9") == ErrorCode::ok);  // who is not there has left
}

TEST_CASE("all members are replaced at once, with groups if they have any") {
  CHECK(members("server.5=127.0.0.1:1:2;3,server.6=127.0.0.1:4:5;6") == ErrorCode::ok);
  CHECK(members("server.5=127.0.0.1:1:2;3\nserver.6=127.0.0.1:4:5;6\ngroup.1=5:6\nweight.5=2\n") ==
        ErrorCode::ok);
}

TEST_CASE("what cannot be a configuration is refused as ZooKeeper refuses it") {
  CHECK(joining("server.4=127.0.0.1:1:2") == ErrorCode::bad_arguments);  // no client port
  CHECK(joining("server.4") == ErrorCode::bad_arguments);
  CHECK(joining("server.4=127.0.0.1:1:1;3") == ErrorCode::bad_arguments);    // one port for two purposes
  CHECK(joining("server.4=10.0.0.3:2890:4;3") == ErrorCode::bad_arguments);  // server.3 is there
  CHECK(joining("server.4=127.0.0.1:2888:4;3") == ErrorCode::ok);            // loopback is not compared
  CHECK(joining("server.x=127.0.0.1:1:2;3") == ErrorCode::marshalling_error);
  CHECK(leaving("x") == ErrorCode::marshalling_error);
  CHECK(leaving("1") == ErrorCode::bad_arguments);  // one voter left
  CHECK(members("server.5=127.0.0.1:1:2;3") == ErrorCode::bad_arguments);
  CHECK(members("clientPort=1") == ErrorCode::bad_arguments);
  CHECK(members("server.5=127.0.0.1:1:2:observer;3") == ErrorCode::marshalling_error);
}

TEST_CASE("an ensemble that need not stand alone may shrink to one voter, not to none") {
  CHECK(ask({std::nullopt, "1", std::nullopt, -1}, false).err == ErrorCode::ok);
  CHECK(ask({std::nullopt, "1,2", std::nullopt, -1}, false).err == ErrorCode::bad_arguments);
}

TEST_CASE("groups are not changed server by server") {
  const Membership groups = parse_membership(
                                "server.1=127.0.0.1:1:2:participant;3\nserver.2=127.0.0.1:3:4:participant;5\n"
                                "group.1=1:2")
                                .value();
  const ReconfigOrder order{std::nullopt, "3", std::nullopt, -1};
  CHECK(plan_membership(groups, order, true, kZxid).err == ErrorCode::bad_arguments);
}

TEST_CASE("only a reconfiguration carries a configuration") {
  const std::string text = three().to_text();
  txn::Txn txn;
  txn.header = {1, 2, kZxid.value, 4, static_cast<int32_t>(client::OpCode::reconfig)};
  txn.body = txn::SetDataTxn{"/zookeeper/config", text, -1};
  CHECK(membership_in(txn::encode_txn(txn)) == three());
  txn.header.type = static_cast<int32_t>(client::OpCode::set_data);
  CHECK_FALSE(membership_in(txn::encode_txn(txn)).has_value());
  CHECK_FALSE(membership_in("t1").has_value());
}

}  // namespace paddock::zab
