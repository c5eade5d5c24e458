// The order of checks, operation by operation (spec/client-protocol.md section 14). Each row breaks a rule
// and the one that is checked next, and is answered for the first.
#include "service.h"

namespace paddock::znode::test {
namespace {

struct Row {
  const char* first;
  const char* next;
  Request request;
  ErrorCode expected;
  ErrorCode session = ErrorCode::ok;
};

constexpr ErrorCode kExpired = ErrorCode::session_expired;

Options with_everything() {
  Options options;
  options.extended_types = true;
  options.enforce_quota = true;
  return options;
}

// A tree in which every rule can be broken:
//   /open       anyone; holds "there"
//   /locked     nobody but its owner
//   /eph        ephemeral; no further node fits its quota
//   /full       no further node and no further byte fits its quota
struct Scene {
  Service service;
  Caller owner;
  Caller stranger;

  explicit Scene(const Options& options = with_everything())
      : service(options), owner(service.connect("o:p")) {
    stranger = service.connect();
    const AclView own = list_for("auth", "");
    for (const Request& request :
         {create("/open"), create("/open/there"), create("/locked", "", 0, own),
          create("/locked/a", "", 0, own), create("/eph", "", 1), create("/full", "1234"),
          create("/zookeeper/quota/eph"),
          create("/zookeeper/quota/eph/zookeeper_limits", "count=-1,bytes=-1=;countHardLimit=1"),
          create("/zookeeper/quota/eph/zookeeper_stats", "count=1,bytes=0"), create("/zookeeper/quota/full"),
          create("/zookeeper/quota/full/zookeeper_limits",
                 "count=-1,bytes=-1=;byteHardLimit=4;countHardLimit=1"),
          create("/zookeeper/quota/full/zookeeper_stats", "count=1,bytes=4")}) {
      REQUIRE(service.write(owner, request).err == ErrorCode::ok);
    }
  }

  void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      CAPTURE(row.first, row.next);
      const uint64_t digest = service.state.tree().digest();
      CHECK(service.write(stranger.as(row.session), row.request).err == row.expected);
      CHECK(service.last().header.type == static_cast<int32_t>(OpCode::error));
      CHECK(service.last().body == txn::TxnBody(txn::ErrorTxn{static_cast<int32_t>(row.expected)}));
      CHECK_FALSE(service.last().digest.has_value());
      CHECK(service.state.tree().digest() == digest);
    }
  }
};

Request broken(Request request) {
  request.body.pop_back();
  return request;
}

}  // namespace

TEST_CASE("create checks in ZooKeeper's order") {
  const AclView bad_acl = list_for("nonsense", "x");
  Scene scene;
  scene.check({
      {"decode", "flags", broken(create("/a", "", 9)), ErrorCode::marshalling_error, kExpired},
      {"flags", "session", create({}, "", 7), ErrorCode::bad_arguments, kExpired},
      {"flags", "session", create({}, "", -1), ErrorCode::bad_arguments, kExpired},
      {"ttl range", "session", create_ttl({}, 0), ErrorCode::bad_arguments, kExpired},
      {"local session", "path", create("none", "", 1), ErrorCode::ephemeral_on_local_session,
       ErrorCode::ephemeral_on_local_session},
      {"session", "null path", create({}), ErrorCode::session_expired, kExpired},
      {"session moved", "null path", create({}), ErrorCode::session_moved, ErrorCode::session_moved},
      {"null path", "ACL", create({}, "", 0, bad_acl), ErrorCode::marshalling_error},
      {"no slash", "ACL", create("none", "", 0, bad_acl), ErrorCode::bad_arguments},
      {"empty", "ACL", create("", "", 0, bad_acl), ErrorCode::bad_arguments},
      {"NUL", "ACL", create(std::string_view("/a\0", 3), "", 0, bad_acl), ErrorCode::bad_arguments},
      {"ACL", "parent", create("/missing/a", "", 0, bad_acl), ErrorCode::invalid_acl},
      {"empty ACL", "parent", create("/missing/a", "", 0, {}), ErrorCode::invalid_acl},
      {"null ACL id", "parent", create("/missing/a", "", 0, {client::Acl{31, {"world", {}}}}),
       ErrorCode::marshalling_error},
      {"parent", "path", create("/missing//x"), ErrorCode::no_node},
      {"parent", "path", create("relative/x"), ErrorCode::no_node},
      {"CREATE", "path", create("/locked/."), ErrorCode::no_auth},
      {"path", "", create("//x"), ErrorCode::bad_arguments},
      {"path", "quota", create("/full/.."), ErrorCode::bad_arguments},
      {"path", "quota", create("/full/\xf0\x9f\x98\x80"), ErrorCode::bad_arguments},
      {"exists", "quota", create("/open/there"), ErrorCode::node_exists},
      {"exists", "", create("/"), ErrorCode::node_exists},
      {"ephemeral parent", "quota", create("/eph/x"), ErrorCode::no_children_for_ephemerals},
      {"quota", "", create("/full/x"), ErrorCode::quota_exceeded},
  });
}

TEST_CASE("create with a TTL flag checks in ZooKeeper's order") {
  Options plain;
  Scene disabled(plain);
  disabled.check({
      {"disabled", "ttl range", create("/a", "", 5), ErrorCode::unimplemented, kExpired},
      {"disabled", "ttl range", create_ttl({}, 0), ErrorCode::unimplemented, kExpired},
      {"flags without ttl", "session", create_ttl({}, 5, 0), ErrorCode::bad_arguments, kExpired},
  });
  Scene enabled;
  enabled.check({
      {"no ttl", "session", create({}, "", 5), ErrorCode::bad_arguments, kExpired},
      {"no ttl", "session", create({}, "", 6, open_list(), OpCode::create2), ErrorCode::bad_arguments,
       kExpired},
      {"no ttl", "session", create({}, "", 6, open_list(), OpCode::create_container),
       ErrorCode::bad_arguments, kExpired},
      {"ttl too large", "session", create_ttl({}, 0x100'0000'0000), ErrorCode::bad_arguments, kExpired},
      {"ttl negative", "session", create_ttl({}, -1), ErrorCode::bad_arguments, kExpired},
      // ZooKeeper lets this one through, and then cannot apply it.
      {"flags, negative ttl", "session", create_ttl({}, -1, 0), ErrorCode::bad_arguments, kExpired},
      {"session", "path", create_ttl({}, 1), ErrorCode::session_expired, kExpired},
  });
}

TEST_CASE("delete checks in ZooKeeper's order") {
  Scene scene;
  scene.check({
      {"decode", "session", broken(remove({})), ErrorCode::marshalling_error, kExpired},
      {"session", "path", remove({}), ErrorCode::session_expired, kExpired},
      {"null path", "", remove({}), ErrorCode::marshalling_error},
      {"no slash", "parent", remove("none"), ErrorCode::bad_arguments},
      {"NUL", "parent", remove(std::string_view("/missing/\0", 10)), ErrorCode::bad_arguments},
      {"special", "version", remove("/", 9), ErrorCode::bad_arguments},
      {"special", "version", remove("/zookeeper", 9), ErrorCode::bad_arguments},
      {"special", "version", remove("/zookeeper/quota", 9), ErrorCode::bad_arguments},
      {"special", "version", remove("/zookeeper/config", 9), ErrorCode::bad_arguments},
      {"parent", "node", remove("/missing/x"), ErrorCode::no_node},
      {"DELETE", "node", remove("/locked/missing"), ErrorCode::no_auth},
      {"DELETE", "version", remove("/locked/a", 9), ErrorCode::no_auth},
      {"node", "version", remove("/open/missing", 9), ErrorCode::no_node},
      {"node", "", remove("/open/"), ErrorCode::no_node},
      {"version", "children", remove("/open", 9), ErrorCode::bad_version},
      {"children", "", remove("/open"), ErrorCode::not_empty},
  });
}

TEST_CASE("setData checks in ZooKeeper's order") {
  Scene scene;
  scene.check({
      {"decode", "session", broken(set_data({}, "")), ErrorCode::marshalling_error, kExpired},
      {"session", "path", set_data({}, ""), ErrorCode::session_expired, kExpired},
      {"null path", "", set_data({}, ""), ErrorCode::bad_arguments},
      {"path", "node", set_data("", ""), ErrorCode::bad_arguments},
      {"path", "node", set_data("/missing/", ""), ErrorCode::bad_arguments},
      {"node", "version", set_data("/missing", "", 9), ErrorCode::no_node},
      {"WRITE", "version", set_data("/locked", "", 9), ErrorCode::no_auth},
      {"quota", "version", set_data("/full", "12345", 9), ErrorCode::quota_exceeded},
      {"version", "", set_data("/full", "123", 9), ErrorCode::bad_version},
  });
}

TEST_CASE("setACL checks in ZooKeeper's order") {
  const AclView bad_acl = list_for("nonsense", "x");
  Scene scene;
  scene.check({
      {"decode", "session", broken(set_acl({}, bad_acl)), ErrorCode::marshalling_error, kExpired},
      {"session", "path", set_acl({}, bad_acl), ErrorCode::session_expired, kExpired},
      {"null path", "ACL", set_acl({}, bad_acl), ErrorCode::bad_arguments},
      {"path", "ACL", set_acl("/a/", bad_acl), ErrorCode::bad_arguments},
      {"ACL", "node", set_acl("/missing", bad_acl), ErrorCode::invalid_acl},
      {"ACL", "node", set_acl("/missing", AclView::make_null()), ErrorCode::invalid_acl},
      {"node", "version", set_acl("/missing", open_list(), 9), ErrorCode::no_node},
      {"ADMIN", "version", set_acl("/locked", open_list(), 9), ErrorCode::no_auth},
      {"version", "", set_acl("/open", open_list(), 9), ErrorCode::bad_version},
  });
}

TEST_CASE("check, inside a multi, checks in ZooKeeper's order") {
  Scene scene;
  struct {
    client::MultiOp op;
    ErrorCode expected;
    ErrorCode session = ErrorCode::ok;
  } const rows[] = {
      {op_check("bad"), ErrorCode::session_expired, kExpired},
      {op_check("/missing/"), ErrorCode::bad_arguments},
      {op_check("/missing", 9), ErrorCode::no_node},
      {op_check("/locked", 9), ErrorCode::no_auth},
      {op_check("/open", 9), ErrorCode::bad_version},
      {op_check("/open", 0), ErrorCode::ok},
      {op_check("/open", -1), ErrorCode::ok},
  };
  for (const auto& row : rows) {
    const Answer answer = scene.service.write(scene.stranger.as(row.session), multi({row.op}));
    const OpCode type = row.expected == ErrorCode::ok ? OpCode::check : OpCode::error;
    CHECK(parts_of(answer) == Parts{{type, static_cast<int32_t>(row.expected)}});
  }
}

TEST_CASE("deleteContainer checks in ZooKeeper's order, and is the leader's own") {
  Scene scene;
  Caller leader;
  const auto reap = [&](jute::Text path) {
    return scene.service.write(leader, request(OpCode::delete_container, client::PathRecord{path})).err;
  };
  CHECK(reap({}) == ErrorCode::marshalling_error);
  CHECK(reap("none") == ErrorCode::bad_arguments);
  CHECK(reap("/zookeeper") == ErrorCode::bad_arguments);
  CHECK(reap("/missing") == ErrorCode::no_node);
  CHECK(reap("/open") == ErrorCode::not_empty);
  CHECK(reap("/eph") == ErrorCode::bad_version);
  CHECK(reap("/locked/a") == ErrorCode::ok);
  CHECK(scene.service.last().header.type == static_cast<int32_t>(OpCode::delete_container));
  CHECK_FALSE(scene.service.has("/locked/a"));
  scene.check({{"a client's", "", request(OpCode::delete_container, client::PathRecord{"/open/there"}),
                ErrorCode::bad_arguments}});
}

TEST_CASE("reconfig is refused in ZooKeeper's order") {
  const Request asked = request(OpCode::reconfig, client::ReconfigRequest{{}, {}, {}, -1});
  Scene disabled;
  disabled.check({
      {"decode", "disabled", broken(asked), ErrorCode::marshalling_error, kExpired},
      {"disabled", "session", asked, ErrorCode::reconfig_disabled, kExpired},
  });
  Options options = with_everything();
  options.reconfig_enabled = true;
  Scene alone(options);
  alone.check({
      {"session", "stand-alone", asked, ErrorCode::session_expired, kExpired},
      {"stand-alone", "", asked, ErrorCode::unimplemented},
  });
}

TEST_CASE("what is no transaction is refused, should a learner forward it") {
  Scene scene;
  for (const OpCode type : {OpCode::check, OpCode::get_data, OpCode::error, static_cast<OpCode>(4711)}) {
    scene.check({{"type", "", Request{type, ""}, ErrorCode::unimplemented}});
  }
  scene.check({{"createSession without timeout", "", Request{OpCode::create_session, "\0\0"},
                ErrorCode::marshalling_error}});
}

}  // namespace paddock::znode::test
