// What create requests become: kinds, names, the counters they leave.
#include "service.h"
#include "znode/preparation.h"

namespace paddock::znode::test {
namespace {

Options extended() {
  Options options;
  options.extended_types = true;
  return options;
}

std::string created_path(const Answer& answer) {
  CHECK(answer.err == ErrorCode::ok);
  return answer.as<client::CreateResponse>().path.str();
}

NodeKind kind(const Service& service, std::string_view path) {
  const NodeIndex node = service.state.tree().find(path);
  REQUIRE(node != kNoNode);
  return service.state.tree().kind(node);
}

}  // namespace

TEST_CASE("create makes a transaction with all that its appliers need") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/a", "x"));
  service.submit(caller, create("/a/b", "hello", 1, list_for("ip", "127.0.0.1")));
  CHECK(service.last().header.type == 1);
  const auto& txn = std::get<txn::CreateTxn>(service.last().body);
  CHECK(txn == txn::CreateTxn{"/a/b", "hello", list_for("ip", "127.0.0.1"), true, 1});
  REQUIRE(service.last().digest.has_value());
  CHECK(service.last().digest->version == 2);
  CHECK(service.settle().back().as<client::CreateResponse>().path == "/a/b");
  CHECK(service.stat("/a/b").ephemeral_owner == caller.session.value);
}

TEST_CASE("the opcode decides the kind of node before the flags do") {
  struct {
    OpCode type;
    int32_t flags;
    NodeKind expected;
  } const rows[] = {
      {OpCode::create, 0, NodeKind::persistent},          {OpCode::create, 1, NodeKind::ephemeral},
      {OpCode::create, 4, NodeKind::persistent},          {OpCode::create2, 4, NodeKind::persistent},
      {OpCode::create_container, 4, NodeKind::container}, {OpCode::create_container, 0, NodeKind::container},
      {OpCode::create_container, 1, NodeKind::container},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.type), row.flags);
    Service service(extended());
    const Caller caller = service.connect();
    CHECK(service.write(caller, create("/a", "", row.flags, open_list(), row.type)).err == ErrorCode::ok);
    CHECK(service.last().header.type == static_cast<int32_t>(row.type));
    CHECK(kind(service, "/a") == row.expected);
  }
}

TEST_CASE("createContainer takes sequence flags, and for ephemeral ones wants a global session") {
  Service service;
  const Caller caller = service.connect();
  const Caller local = caller.as(ErrorCode::ephemeral_on_local_session);
  const auto container = [](int32_t flags) {
    return create("/c", "", flags, open_list(), OpCode::create_container);
  };
  CHECK(service.write(caller, container(2)).as<client::Create2Response>().path == "/c0000000000");
  CHECK(kind(service, "/c0000000000") == NodeKind::container);
  CHECK(service.write(local, container(3)).err == ErrorCode::ephemeral_on_local_session);
  CHECK(service.write(local, container(2)).err == ErrorCode::ok);
}

TEST_CASE("TTL nodes keep their ttl, show no owner, and may have children") {
  Service service(extended());
  const Caller caller = service.connect();
  CHECK(service.write(caller, create_ttl("/t", 1)).as<client::Create2Response>().stat.ephemeral_owner == 0);
  CHECK(ttl_ms_of_owner(service.state.tree().owner(service.state.tree().find("/t"))) == 1);
  CHECK(service.write(caller, create_ttl("/t", 0xff'ffff'ffff, 6)).as<client::Create2Response>().path ==
        "/t0000000001");
  CHECK(service.write(caller, create("/t/child")).err == ErrorCode::ok);
}

TEST_CASE("a local session may create what is not ephemeral") {
  Service service;
  const Caller local = service.connect().as(ErrorCode::ephemeral_on_local_session);
  CHECK(service.write(local, create("/a")).err == ErrorCode::ok);
  CHECK(service.write(local, set_data("/a", "x")).err == ErrorCode::ok);
  CHECK(service.write(local, create("/b", "", 1)).err == ErrorCode::ephemeral_on_local_session);
  CHECK(service.write(local, remove("/a")).err == ErrorCode::ok);
}

TEST_CASE("a sequence counts every child ever created, and those outstanding") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/q"));
  CHECK(created_path(service.write(caller, create("/q/n-", "", 2))) == "/q/n-0000000000");
  service.write(caller, create("/q/plain"));
  service.write(caller, remove("/q/plain"));
  CHECK(created_path(service.write(caller, create("/q/", "", 3))) == "/q/0000000002");
  service.submit(caller, create("/q/n-", "", 2));
  service.submit(caller, create("/q/n-", "", 2));
  CHECK(std::get<txn::CreateTxn>(service.last().body).path == "/q/n-0000000004");
  service.settle();
}

TEST_CASE("a sequential node of the root") {
  Service service;
  const Caller caller = service.connect();
  CHECK(created_path(service.write(caller, create("/", "", 2))) == "/0000000000");
}

TEST_CASE("the sequence stops at the largest counter, as the tree's does") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/q"));
  const txn::CreateTxn jump{"/q/x", "", open_list(), false, INT32_MAX};
  service.zxid = service.zxid.next();
  service.state.apply(txn::Txn{{0, 0, service.zxid.value, 0, 1}, jump, std::nullopt});
  service.submit(caller, create("/q/n", "", 2));
  service.submit(caller, create("/q/n", "", 2));
  const auto answers = service.settle();
  CHECK(created_path(answers[0]) == "/q/n2147483647");
  CHECK(answers[1].err == ErrorCode::node_exists);
}

TEST_CASE("a negative counter is printed with its sign inside ten columns") {
  CHECK(sequence_suffix(0) == "0000000000");
  CHECK(sequence_suffix(-5) == "-000000005");
  CHECK(sequence_suffix(INT32_MIN) == "-2147483648");
}

TEST_CASE("null and empty data are kept apart") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/null", jute::Buffer()));
  service.write(caller, create("/empty", ""));
  const auto data = [&](jute::Text path) {
    return service.read(caller, look(OpCode::get_data, path)).as<client::GetDataResponse>().data.is_null();
  };
  CHECK(data("/null"));
  CHECK_FALSE(data("/empty"));
  CHECK(service.write(caller, set_data("/empty", jute::Buffer())).err == ErrorCode::ok);
  CHECK(data("/empty"));
}

TEST_CASE("versions rise from -2 to -1, and wrap") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/a"));
  const auto next_after = [&](int32_t version) {
    service.zxid = service.zxid.next();
    service.state.apply(
        txn::Txn{{0, 0, service.zxid.value, 0, 5}, txn::SetDataTxn{"/a", "", version}, std::nullopt});
    return service.write(caller, set_data("/a", "x")).as<client::StatResponse>().stat.version;
  };
  CHECK(next_after(0) == 1);
  CHECK(next_after(-2) == -1);
  CHECK(next_after(INT32_MAX) == INT32_MIN);
  CHECK(service.write(caller, set_data("/a", "x", INT32_MIN)).err == ErrorCode::ok);
}

TEST_CASE("auth entries are stored as what the requester has proved") {
  Service service;
  const Caller caller = service.connect("u:p");
  CHECK(service.write(caller, create("/a", "", 0, list_for("auth", "whoever"))).err == ErrorCode::ok);
  CHECK(std::get<txn::CreateTxn>(service.last().body).acl == list_for("digest", digest_of("u:p")));
}

}  // namespace paddock::znode::test
