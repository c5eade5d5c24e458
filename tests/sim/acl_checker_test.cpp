#include "tests/sim/acl_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

using client::OpCode;

const SessionId kAlice{7}, kBob{8};

// 1:1 alice, 1:2 bob, 1:3 /a which all may read and alice's machine may do everything with, 1:4 it is bob's
// instead
struct Scene : Told {
  AclChecker checker{chronicle};
  Scene() {
    session(7);
    session(8);
    checker.used_from(kAlice, "10.0.0.101");
    checker.used_from(kBob, "10.0.0.102");
    commit(7, OpCode::create, txn::CreateTxn{"/a", "", acl_of("10.0.0.101"), false, -1});
    commit(7, OpCode::set_acl, txn::SetAclTxn{"/a", acl_of("10.0.0.102"), 1});
  }
  static txn::Vector<txn::Acl> acl_of(const char* address) {
    return {txn::Acl{client::kPermRead, {"world", "anyone"}}, txn::Acl{client::kPermAll, {"ip", address}}};
  }
  template <class Action>
  bool broken(Action&& action) const {
    try {
      action();
    } catch (const Violation& violation) {
      return violation.rule == "C13";
    }
    return false;
  }
  bool answer_broken(SessionId who, OpCode type, const char* path, ErrorCode err, Zxid at) const {
    return broken([&] { checker.answered(who, {type, path, false, {}}, {err, at, ""}); });
  }
};

}  // namespace

TEST_CASE("what takes effect was allowed just before it, in a multi too") {
  Scene scene;
  const Committed& by_bob = scene.set(8, "/a", "x", 1);
  CHECK_FALSE(scene.broken([&] { scene.checker.committed(by_bob); }));
  const Committed& by_alice = scene.set(7, "/a", "y", 2);
  CHECK(scene.broken([&] { scene.checker.committed(by_alice); }));
  const std::string part = jute::encoded(txn::CreateTxn{"/a/b", "", Scene::acl_of("10.0.0.101"), false, -1});
  const txn::MultiTxn multi{{txn::SubTxn{static_cast<int32_t>(OpCode::create), part}}};
  const Committed& in_multi = scene.commit(7, OpCode::multi, multi);
  CHECK(scene.broken([&] { scene.checker.committed(in_multi); }));
}

TEST_CASE("whoever gave away his own node was allowed to, at that zxid") {
  const Scene scene;
  CHECK_FALSE(scene.broken([&] { scene.checker.committed(scene.chronicle.log().back()); }));
  CHECK_FALSE(scene.answer_broken(kAlice, OpCode::set_acl, "/a", ErrorCode::ok, Zxid::of(1, 4)));
}

TEST_CASE("NOAUTH is for those alone who are not allowed") {
  Scene scene;
  scene.fail(7, ErrorCode::no_auth);
  CHECK_FALSE(scene.answer_broken(kAlice, OpCode::set_data, "/a", ErrorCode::no_auth, Zxid::of(1, 5)));
  CHECK(scene.answer_broken(kBob, OpCode::set_data, "/a", ErrorCode::no_auth, Zxid::of(1, 5)));
  CHECK(scene.answer_broken(kAlice, OpCode::create, "/b", ErrorCode::no_auth, Zxid::of(1, 5)));
  CHECK(scene.answer_broken(kAlice, OpCode::get_data, "/a", ErrorCode::no_auth, Zxid::of(1, 4)));
  CHECK(scene.answer_broken(kAlice, OpCode::get_data, "/gone", ErrorCode::no_auth, Zxid::of(1, 4)));
}

TEST_CASE("all may read what the world may, and other errors say nothing of ACLs") {
  Scene scene;
  CHECK_FALSE(scene.answer_broken(kAlice, OpCode::get_data, "/a", ErrorCode::ok, Zxid::of(1, 4)));
  CHECK_FALSE(scene.answer_broken(kAlice, OpCode::set_data, "/a", ErrorCode::bad_version, Zxid::of(1, 5)));
}

TEST_CASE("a setACL that was under way when a transaction was prepared counts or does not") {
  Scene scene;
  const Committed& by_alice = scene.set(7, "/a", "x", 1);
  scene.checker.proposed(by_alice.zxid, Zxid::of(1, 4));
  CHECK(scene.broken([&] { scene.checker.committed(by_alice); }));
  scene.checker.proposed(by_alice.zxid, Zxid::of(1, 3));
  CHECK_FALSE(scene.broken([&] { scene.checker.committed(by_alice); }));
  CHECK_FALSE(scene.answer_broken(kAlice, OpCode::set_data, "/a", ErrorCode::no_auth, by_alice.zxid));
}

TEST_CASE("the list that a change under way has found counts for what is prepared on top of it") {
  Scene scene;
  const Committed& by_bob = scene.set(8, "/a", "x", 1);
  scene.checker.proposed(by_bob.zxid, Zxid::of(1, 3));
  const Committed& by_alice = scene.set(7, "/a", "y", 2);
  scene.checker.proposed(by_alice.zxid, Zxid::of(1, 4));
  CHECK_FALSE(scene.broken([&] { scene.checker.committed(by_alice); }));
  SECTION("but not of another node") {
    const Committed& elsewhere = scene.set(8, "/b", "x", 1);
    scene.checker.proposed(elsewhere.zxid, Zxid::of(1, 3));
    const Committed& later = scene.set(7, "/a", "z", 3);
    scene.checker.proposed(later.zxid, Zxid::of(1, 6));
    CHECK(scene.broken([&] { scene.checker.committed(later); }));
  }
}

}  // namespace paddock::sim
