#include "tests/sim/reply_checker.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/history_fixture.h"
#include "tests/sim/order_checker.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

using client::OpCode;

const SessionId kAlice{7}, kBob{8};

// 1:1 alice, 1:2 bob, 1:3 alice creates /a = "one", 1:4 bob sets it to "two", 1:5 alice fails
struct Scene : Told {
  Scene() {
    session(7);
    session(8);
    create(7, "/a", "one");
    set(8, "/a", "two", 1);
    fail(7, ErrorCode::bad_version);
  }
  std::string create_body() const { return jute::encoded(client::CreateResponse{"/a"}); }
  std::string data_body(const char* data, Zxid at) const {
    return jute::encoded(client::GetDataResponse{data, *chronicle.stat("/a", at)});
  }
  std::string broken(SessionId who, const Operation& asked, const Answer& heard) const {
    try {
      check_reply(chronicle, who, asked, heard);
    } catch (const Violation& violation) {
      return violation.rule;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a write's reply is what the log gives at its zxid") {
  const Scene scene;
  const Operation create{OpCode::create, "/a", false, Zxid::of(1, 2)};
  CHECK(scene.broken(kAlice, create, {ErrorCode::ok, Zxid::of(1, 3), scene.create_body()}).empty());
  CHECK(
      scene.broken(kAlice, {OpCode::set_data, "/a", false, {}}, {ErrorCode::bad_version, Zxid::of(1, 5), ""})
          .empty());

  // Never committed; another's; another result; other bytes; of the wrong kind.
  CHECK(scene.broken(kAlice, create, {ErrorCode::ok, Zxid::of(1, 6), scene.create_body()}) == "C1");
  CHECK(scene.broken(kBob, create, {ErrorCode::ok, Zxid::of(1, 3), scene.create_body()}) == "C1");
  CHECK(scene.broken(kAlice, create, {ErrorCode::node_exists, Zxid::of(1, 3), ""}) == "C1");
  CHECK(scene.broken(kAlice, create, {ErrorCode::ok, Zxid::of(1, 3), "nonsense"}) == "C1");
  CHECK(scene.broken(kAlice, {OpCode::remove, "/a", false, {}}, {ErrorCode::ok, Zxid::of(1, 3), ""}) == "C1");
}

TEST_CASE("a write that was asked for behind the answer to another comes behind it") {
  const Scene scene;
  const Operation late{OpCode::create, "/a", false, Zxid::of(1, 4)};
  CHECK(scene.broken(kAlice, late, {ErrorCode::ok, Zxid::of(1, 3), scene.create_body()}) == "C1");
}

TEST_CASE("a read shows the state at its zxid, however old that is") {
  const Scene scene;
  const Zxid before = Zxid::of(1, 2), at_first = Zxid::of(1, 3), later = Zxid::of(1, 4);
  const Operation get{OpCode::get_data, "/a", false, later};
  CHECK(scene.broken(kBob, get, {ErrorCode::ok, later, scene.data_body("two", later)}).empty());
  // Stale, though another client has been answered since: no rule forbids it.
  CHECK(scene.broken(kBob, get, {ErrorCode::ok, at_first, scene.data_body("one", at_first)}).empty());
  CHECK(scene.broken(kBob, get, {ErrorCode::no_node, before, ""}).empty());
  // At the start of an epoch that has no transaction yet.
  CHECK(scene.broken(kBob, get, {ErrorCode::ok, Zxid::of(2, 0), scene.data_body("two", later)}).empty());

  CHECK(scene.broken(kBob, get, {ErrorCode::ok, at_first, scene.data_body("two", at_first)}) == "C3");
  CHECK(scene.broken(kBob, get, {ErrorCode::ok, later, scene.data_body("two", at_first)}) == "C3");
  CHECK(scene.broken(kBob, get, {ErrorCode::no_node, later, ""}) == "C3");
  CHECK(scene.broken(kBob, get, {ErrorCode::ok, Zxid::of(1, 9), scene.data_body("two", later)}) == "C3");
}

TEST_CASE("a sync has seen all that was answered before it") {
  const Scene scene;
  const Operation sync{OpCode::sync, "/", false, Zxid::of(1, 4)};
  CHECK(scene.broken(kAlice, sync, {ErrorCode::ok, Zxid::of(1, 4), ""}).empty());
  CHECK(scene.broken(kAlice, sync, {ErrorCode::ok, Zxid::of(1, 5), ""}).empty());
  CHECK(scene.broken(kAlice, sync, {ErrorCode::ok, Zxid::of(1, 3), ""}) == "C10");
}

TEST_CASE("a session never goes back in time, and its writes keep their order") {
  OrderChecker order;
  const Operation read{OpCode::exists, "/a", false, {}}, write{OpCode::set_data, "/a", false, {}};
  order.answered(write, {ErrorCode::ok, Zxid::of(1, 4), ""});
  CHECK_NOTHROW(order.answered(read, {ErrorCode::ok, Zxid::of(1, 4), ""}));
  CHECK_NOTHROW(order.answered(read, {ErrorCode::ok, Zxid::of(2, 0), ""}));
  CHECK_THROWS_AS(order.answered(read, {ErrorCode::ok, Zxid::of(1, 9), ""}), Violation);
  CHECK_NOTHROW(order.answered(write, {ErrorCode::ok, Zxid::of(2, 1), ""}));
  CHECK_THROWS_AS(order.answered(write, {ErrorCode::ok, Zxid::of(2, 1), ""}), Violation);
}

}  // namespace paddock::sim
