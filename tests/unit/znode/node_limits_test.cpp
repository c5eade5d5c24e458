#include "znode/node_limits.h"

#include "service.h"

namespace paddock::znode::test {
namespace {

Options limited(const NodeLimits& limits) {
  Options options;
  options.limits = limits;
  return options;
}

ErrorCode made(Service& service, const Caller& caller, const std::string& path, int32_t flags = 0) {
  return service.write(caller, create(path, "", flags)).err;
}

// Lists hold views.
AclView addresses(size_t count) {
  static std::deque<std::string> ids;
  while (ids.size() < count) ids.push_back("10.0.0." + std::to_string(ids.size()));
  AclView list;
  for (size_t i = 0; i < count; ++i) {
    list.items.push_back(client::Acl{client::kPermAll, {"ip", std::string_view(ids[i])}});
  }
  return list;
}

}  // namespace

TEST_CASE("without limits everything is allowed that ZooKeeper allows") {
  Service service;
  const Caller caller = service.connect();
  CHECK(made(service, caller, "/" + std::string(100'000, 'a')) == ErrorCode::ok);
  CHECK(service.write(caller, create("/many", "", 0, addresses(200))).err == ErrorCode::ok);
}

TEST_CASE("a path is as long as it may be, with the number of a sequential node") {
  Service service(limited({.path_bytes = 12}));
  const Caller caller = service.connect();
  CHECK(made(service, caller, "/abcdefghijk") == ErrorCode::ok);
  CHECK(made(service, caller, "/abcdefghijkl") == ErrorCode::bad_arguments);
  CHECK(made(service, caller, "/a", 2) == ErrorCode::ok);
  CHECK(made(service, caller, "/ab", 2) == ErrorCode::bad_arguments);
}

TEST_CASE("a path is as deep as it may be") {
  Service service(limited({.path_depth = 2}));
  const Caller caller = service.connect();
  CHECK(made(service, caller, "/a") == ErrorCode::ok);
  CHECK(made(service, caller, "/a/b") == ErrorCode::ok);
  CHECK(made(service, caller, "/a/b/c") == ErrorCode::bad_arguments);
}

TEST_CASE("a node has as many ACL entries as it may have, from its creation on") {
  Service service(limited({.acl_entries = 3}));
  const Caller caller = service.connect();
  CHECK(service.write(caller, create("/a", "", 0, addresses(4))).err == ErrorCode::invalid_acl);
  CHECK(service.write(caller, create("/a", "", 0, open_list())).err == ErrorCode::ok);
  CHECK(service.write(caller, set_acl("/a", addresses(4))).err == ErrorCode::invalid_acl);
  CHECK(service.write(caller, set_acl("/a", addresses(3))).err == ErrorCode::ok);
}

TEST_CASE("a multi of too many operations does nothing") {
  Service service(limited({.multi_operations = 2}));
  const Caller caller = service.connect();
  CHECK(service.write(caller, multi({op_create("/a"), op_create("/b"), op_create("/c")})).err ==
        ErrorCode::bad_arguments);
  CHECK_FALSE(service.has("/a"));
  CHECK(service.write(caller, multi({op_create("/a"), op_create("/b")})).err == ErrorCode::ok);
}

TEST_CASE("a multiRead of too many operations reads nothing") {
  Service service(limited({.multi_operations = 2}));
  const Caller caller = service.connect();
  const auto reads = [](size_t count) {
    return multi(std::vector(count, op_read(OpCode::get_data, "/")), OpCode::multi_read);
  };
  const Answer refused = service.read(caller, reads(3));
  CHECK(refused.err == ErrorCode::bad_arguments);
  CHECK(refused.body.empty());
  CHECK(service.read(caller, reads(2)).err == ErrorCode::ok);
}

TEST_CASE("a session owns as many ephemerals as it may, and others as many again") {
  Service service(limited({.ephemerals = 2}));
  const Caller alice = service.connect();
  const Caller bob = service.connect();
  CHECK(made(service, alice, "/a1", 1) == ErrorCode::ok);
  CHECK(made(service, alice, "/a2", 1) == ErrorCode::ok);
  CHECK(made(service, alice, "/a3", 1) == ErrorCode::quota_exceeded);
  CHECK(made(service, alice, "/persistent") == ErrorCode::ok);
  CHECK(made(service, bob, "/b1", 1) == ErrorCode::ok);
  CHECK(service.write(alice, remove("/a1")).err == ErrorCode::ok);
  CHECK(made(service, alice, "/a3", 3) == ErrorCode::ok);
}

// One transaction names them all when the session ends.
TEST_CASE("the paths of a session's ephemerals are together as long as they may be") {
  Service service(limited({.ephemeral_path_bytes = 10}));
  const Caller caller = service.connect();
  CHECK(made(service, caller, "/abcde", 1) == ErrorCode::ok);
  CHECK(made(service, caller, "/abcd", 1) == ErrorCode::quota_exceeded);
  CHECK(made(service, caller, "/abc", 1) == ErrorCode::ok);
  CHECK(service.write(caller, remove("/abcde")).err == ErrorCode::ok);
  CHECK(made(service, caller, "/abcd", 1) == ErrorCode::ok);
}

}  // namespace paddock::znode::test
