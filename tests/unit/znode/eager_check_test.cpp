#include "znode/eager_check.h"

#include <catch2/catch.hpp>

#include "service.h"

namespace paddock::znode::test {
namespace {

// /bobs is bob's alone, /open is anybody's.
struct Guarded : Service {
  Guarded() {
    write(bob, create("/bobs", "", 0, list_for("auth", "")));
    write(bob, create("/bobs/child", "", 0, open_list()));
    write(bob, create("/open"));
  }
  ErrorCode check(const Caller& caller, const Request& asked) const {
    return eager_acl_error(state, asked.type, asked.body, caller.who);
  }

  const Caller bob = connect("bob:secret");
  const Caller stranger = connect();
};

std::vector<Request> only_bobs() {
  return {create("/bobs/x"), create("/bobs/x", "", 0, open_list(), OpCode::create2), remove("/bobs/child"),
          set_data("/bobs", "x"), set_acl("/bobs", open_list())};
}

}  // namespace

TEST_CASE("the eager check refuses what the leader would refuse, and lets its owner pass") {
  Guarded service;
  for (const Request& asked : only_bobs()) {
    CAPTURE(client::name_of(asked.type));
    CHECK(service.check(service.stranger, asked) == ErrorCode::no_auth);
    CHECK(service.check(service.bob, asked) == ErrorCode::ok);
    CHECK(service.write(service.stranger, asked).err == ErrorCode::no_auth);
  }
  const AclView nonsense = list_for("nobody's scheme", "x");
  for (const Request& asked : {create("/open/x", "", 0, nonsense), set_acl("/open", nonsense)}) {
    CHECK(service.check(service.stranger, asked) == ErrorCode::invalid_acl);
    CHECK(service.write(service.stranger, asked).err == ErrorCode::invalid_acl);
  }
}

TEST_CASE("the eager check leaves everything else to the leader") {
  Guarded service;
  const AclView nonsense = list_for("nobody's scheme", "x");
  for (const Request& asked :
       {create("/none/x"), set_data("/none", "x"), set_acl("/none", open_list()), remove("/none/x"),
        create("relative", "", 0, nonsense), create(jute::Text()), remove("/"), Request{OpCode::create, ""},
        create("/bobs/x", "", 4, open_list(), OpCode::create_container), create_ttl("/bobs/x", 1000),
        multi({op_create("/bobs/x")}), set_data("/open", "x", 99)}) {
    CAPTURE(client::name_of(asked.type));
    CHECK(service.check(service.stranger, asked) == ErrorCode::ok);
  }
}

}  // namespace paddock::znode::test
