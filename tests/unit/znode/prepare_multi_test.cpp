// multi: what its operations become, and that a failed one leaves no trace.
#include "service.h"

namespace paddock::znode::test {
namespace {

constexpr int32_t kOk = 0;
constexpr int32_t kAfter = -2;
constexpr int32_t kBadArguments = -8;

Options extended(bool on = true) {
  Options options;
  options.extended_types = on;
  return options;
}

std::vector<int32_t> entry_types(const txn::Txn& txn) {
  std::vector<int32_t> types;
  for (const txn::SubTxn& entry : std::get<txn::MultiTxn>(txn.body).txns) types.push_back(entry.type);
  return types;
}

bool is_error(const txn::Txn& txn, ErrorCode err) {
  return txn.header.type == -1 && txn.body == txn::TxnBody(txn::ErrorTxn{static_cast<int32_t>(err)});
}

}  // namespace

TEST_CASE("a multi's operations see each other, share zxid and time, and are answered one by one") {
  Service service;
  const Caller caller = service.connect();
  const Answer answer = service.write(
      caller, multi({op_create("/a"), op_create("/a/n", 2), op_create("/a/n", 2), op_set("/a", "x", 0),
                     op_check("/a", 1), op_remove("/a/n0000000000"), op_create("/b", 1, OpCode::create2)}));
  CHECK(answer.err == ErrorCode::ok);
  CHECK(parts_of(answer) == Parts{{OpCode::create, kOk},
                                  {OpCode::create, kOk},
                                  {OpCode::create, kOk},
                                  {OpCode::set_data, kOk},
                                  {OpCode::check, kOk},
                                  {OpCode::remove, kOk},
                                  {OpCode::create, kOk}});
  CHECK(service.stat("/a").czxid == service.zxid.value);
  CHECK(service.stat("/a").pzxid == service.zxid.value);
  CHECK(service.stat("/a").num_children == 1);
  CHECK(service.stat("/b").ephemeral_owner == caller.session.value);
  CHECK(service.has("/a/n0000000001"));
}

TEST_CASE("an empty multi is a transaction, and its reply is the final header") {
  Service service;
  const Answer answer = service.write(service.connect(), multi({}));
  CHECK(answer.err == ErrorCode::ok);
  CHECK(parts_of(answer).empty());
  CHECK(service.last().header.type == 14);
  CHECK(service.last().digest.has_value());
}

TEST_CASE("a failed multi keeps what came before as it was, and tells the rest apart") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/a"));
  const uint64_t digest = service.state.tree().digest();
  const Answer answer = service.write(
      caller, multi({op_create("/a/n", 2), op_set("/a", "x"), op_remove("/missing"), op_create("/b")}));
  CHECK(answer.err == ErrorCode::ok);
  CHECK(parts_of(answer) ==
        Parts{{OpCode::error, kOk}, {OpCode::error, kOk}, {OpCode::error, -101}, {OpCode::error, kAfter}});
  CHECK(entry_types(service.last()) == std::vector<int32_t>{1, 5, -1, -1});
  CHECK(service.last().header.type == 14);
  REQUIRE(service.last().digest.has_value());
  CHECK(service.last().digest->tree_digest == static_cast<int64_t>(digest));
  CHECK(service.state.tree().digest() == digest);
}

TEST_CASE("a failed multi gives back sequence numbers, child counts and versions of outstanding nodes too") {
  Service service;
  const Caller caller = service.connect();
  service.write(caller, create("/old"));
  service.submit(caller, create("/new"));
  const Request doomed = multi({op_create("/new/n", 2), op_create("/old/n", 2), op_set("/old", "x"),
                                op_set("/new", "x"), op_remove("/old/n0000000000"), op_check("/missing")});
  service.submit(caller, doomed);
  service.submit(caller, create("/new/n", "", 2));
  CHECK(std::get<txn::CreateTxn>(service.last().body).path == "/new/n0000000000");
  service.submit(caller, create("/old/n", "", 2));
  CHECK(std::get<txn::CreateTxn>(service.last().body).path == "/old/n0000000000");
  service.submit(caller, set_data("/old", "", 0));
  service.submit(caller, set_data("/new", "", 0));
  for (const Answer& answer : service.settle()) CHECK(answer.err == ErrorCode::ok);
}

TEST_CASE("a failed multi that deletes brings nodes and ephemerals back") {
  Service service;
  const Caller caller = service.connect();
  service.submit(caller, create("/e", "", 1));
  service.submit(caller, multi({op_remove("/e"), op_create("/f", 1), op_check("/missing")}));
  service.submit(caller, close_session());
  CHECK(std::get<txn::CloseSessionTxn>(service.last().body).paths == jute::Vector<jute::Text>{"/e"});
  service.settle();
}

TEST_CASE("session and ACL are checked per operation") {
  Service service;
  const Caller owner = service.connect("o:p");
  const Caller stranger = service.connect();
  service.write(owner, create("/mine", "", 0, list_for("auth", "")));
  const Request asked = multi({op_check("/", 9), op_set("/mine", "x")});
  CHECK(parts_of(service.write(stranger, asked)) == Parts{{OpCode::error, -103}, {OpCode::error, kAfter}});
  const Request writes = multi({op_create("/x"), op_set("/mine", "x")});
  CHECK(parts_of(service.write(stranger, writes)) == Parts{{OpCode::error, kOk}, {OpCode::error, -102}});
  const Caller gone = stranger.as(ErrorCode::session_expired);
  CHECK(parts_of(service.write(gone, writes)) == Parts{{OpCode::error, -112}, {OpCode::error, kAfter}});
  CHECK(service.write(gone, multi({})).err == ErrorCode::ok);
}

TEST_CASE("an ephemeral in a multi of a local session fails that operation") {
  Service service;
  const Caller local = service.connect().as(ErrorCode::ephemeral_on_local_session);
  CHECK(parts_of(service.write(local, multi({op_create("/a"), op_create("/b", 1)}))) ==
        Parts{{OpCode::error, kOk}, {OpCode::error, -120}});
}

TEST_CASE("SESSIONMOVED inside a multi closes the connection") {
  Service service;
  const Caller moved = service.connect().as(ErrorCode::session_moved);
  const Answer answer = service.write(moved, multi({op_create("/a")}));
  CHECK(answer.err == ErrorCode::session_moved);
  CHECK(answer.body.empty());
  CHECK(service.last().header.type == 14);
}

TEST_CASE("only the flags decide what an inner create becomes") {
  struct {
    client::MultiOp op;
    OpCode txn;
    OpCode result;
    NodeKind kind;
  } const rows[] = {
      {op_create("/a", 0, OpCode::create2), OpCode::create, OpCode::create, NodeKind::persistent},
      {op_create("/a", 0, OpCode::create_container), OpCode::create, OpCode::create, NodeKind::persistent},
      {op_create("/a", 1, OpCode::create_container), OpCode::create, OpCode::create, NodeKind::ephemeral},
      {op_create("/a", 4), OpCode::create_container, OpCode::create2, NodeKind::container},
      {op_create_ttl("/a", 0, 5), OpCode::create, OpCode::create, NodeKind::persistent},
      {op_create_ttl("/a", 4, 5), OpCode::create_container, OpCode::create2, NodeKind::container},
      {op_create_ttl("/a", 5, 5), OpCode::create_ttl, OpCode::create2, NodeKind::ttl},
  };
  for (const auto& row : rows) {
    CAPTURE(static_cast<int>(row.op.type), static_cast<int>(row.txn));
    Service service(extended());
    const Answer answer = service.write(service.connect(), multi({row.op}));
    CHECK(entry_types(service.last()) == std::vector<int32_t>{static_cast<int32_t>(row.txn)});
    CHECK(parts_of(answer) == Parts{{row.result, kOk}});
    CHECK(service.state.tree().kind(service.state.tree().find("/a")) == row.kind);
  }
}

TEST_CASE("flags and ttl that are wrong fail the operation, or the request where ZooKeeper throws") {
  Service service(extended());
  const Caller caller = service.connect();
  CHECK(parts_of(service.write(caller, multi({op_create("/a", 7)}))) ==
        Parts{{OpCode::error, kBadArguments}});
  CHECK(parts_of(service.write(caller, multi({op_create_ttl("/a", 9, 1)}))) ==
        Parts{{OpCode::error, kBadArguments}});
  CHECK(parts_of(service.write(caller, multi({op_create_ttl("/a", 5, 0)}))) ==
        Parts{{OpCode::error, kBadArguments}});
  CHECK(service.write(caller, multi({op_create("/b"), op_create("/a", 5)})).err ==
        ErrorCode::marshalling_error);
  CHECK(is_error(service.last(), ErrorCode::marshalling_error));
  CHECK_FALSE(service.has("/b"));

  Service disabled(extended(false));
  CHECK(parts_of(disabled.write(disabled.connect(), multi({op_create_ttl("/a", 5, 1)}))) ==
        Parts{{OpCode::error, -6}});
}

TEST_CASE("a multi that cannot be decoded is an error transaction, and its reply has no body") {
  Service service;
  const Caller caller = service.connect();
  Request mixed = multi({op_create("/a")});
  mixed.body.resize(mixed.body.size() - 9);
  Request unclosed = mixed;
  mixed.body += multi({op_read(OpCode::get_data, "/")}).body;
  for (const Request& asked : {mixed, unclosed, Request{OpCode::multi, ""}}) {
    const Answer answer = service.write(caller, asked);
    CHECK(answer.err == ErrorCode::marshalling_error);
    CHECK(answer.body.empty());
    CHECK(is_error(service.last(), ErrorCode::marshalling_error));
    CHECK_FALSE(service.last().digest.has_value());
  }
}

TEST_CASE("reads in a multi are an error transaction, the one kind that has a digest") {
  Service service;
  const Caller caller = service.connect();
  CHECK(service.write(caller, multi({op_read(OpCode::get_data, "/"), op_read(OpCode::get_children, "/")}))
            .err == ErrorCode::marshalling_error);
  CHECK(is_error(service.last(), ErrorCode::marshalling_error));
  REQUIRE(service.last().digest.has_value());
  CHECK(service.last().digest->tree_digest == static_cast<int64_t>(service.state.tree().digest()));
}

TEST_CASE("a null path or null ACL id in a multi fails all of it and leaves nothing behind") {
  const client::MultiOp null_id = op_create("/y", 0, OpCode::create, {client::Acl{31, {"world", {}}}});
  for (const client::MultiOp& bad :
       {op_create({}), op_remove({}), op_set({}, ""), op_check({}), op_create_ttl({}, 5, 1), null_id}) {
    Service service;
    const Caller caller = service.connect();
    service.write(caller, create("/a"));
    service.submit(caller, multi({op_create("/a/n", 2), bad}));
    CHECK(is_error(service.last(), ErrorCode::marshalling_error));
    service.submit(caller, create("/a/n", "", 2));
    CHECK(std::get<txn::CreateTxn>(service.last().body).path == "/a/n0000000000");
    const std::vector<Answer> answers = service.settle();
    CHECK(answers[0].err == ErrorCode::marshalling_error);
    CHECK(answers[0].body.empty());
    CHECK(answers[1].err == ErrorCode::ok);
  }
}

}  // namespace paddock::znode::test
