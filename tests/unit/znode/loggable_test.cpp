#include "znode/loggable.h"

#include <catch2/catch.hpp>
#include <vector>

#include "service.h"

namespace paddock::znode::test {
namespace {

Request cut(Request request) {
  request.body.resize(request.body.size() - 1);
  return request;
}

std::vector<Request> not_loggable() {
  return {
      Request{OpCode::create, ""},
      cut(create("/a")),
      cut(create("/a", "", 0, open_list(), OpCode::create2)),
      cut(create("/a", "", 4, open_list(), OpCode::create_container)),
      cut(create_ttl("/a", 1000)),
      cut(remove("/a")),
      cut(set_data("/a", "x")),
      cut(set_acl("/a", open_list())),
      cut(multi({op_create("/a")})),
      create_ttl("/a", -1, 0),
      create_ttl("/a", 1000, 4),
      create_ttl("/a", -1, 7),
      multi({op_create("/a"), op_remove(jute::Text())}),
      multi({op_check(jute::Text())}),
      request(OpCode::check, client::CheckVersionRequest{"/", -1}),
  };
}

// Refused or not, a leader of any kind can do it.
std::vector<Request> loggable() {
  return {
      create("/a"),
      create("/a", jute::Buffer(), 99),
      create(jute::Text()),
      create_ttl("/a", 0),
      create_ttl("/a", 1000),
      remove(jute::Text()),
      set_data(jute::Text(), "x"),
      set_acl("/a", {}),
      close_session(),
      multi({}),
      multi({op_create("/a", 99), op_set("/none", "")}),
      multi({op_read(OpCode::get_data, "/")}),
  };
}

}  // namespace

TEST_CASE("a request that no leader can log is refused with the code that our own leader has for it") {
  Options options;
  options.extended_types = true;
  Service service(options);
  const Caller caller = service.connect();
  for (const Request& request : not_loggable()) {
    CAPTURE(client::name_of(request.type), request.body.size());
    const ErrorCode refusal = check_loggable(request.type, request.body);
    CHECK(refusal != ErrorCode::ok);
    CHECK(refusal == service.write(caller, request).err);
  }
}

TEST_CASE("any other request is left to the leader, however wrong it is") {
  for (const Request& request : loggable()) {
    CAPTURE(client::name_of(request.type), request.body.size());
    CHECK(check_loggable(request.type, request.body) == ErrorCode::ok);
  }
}

}  // namespace paddock::znode::test
