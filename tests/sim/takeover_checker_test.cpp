#include "tests/sim/takeover_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

constexpr SessionId kSession{7};
constexpr uint64_t here = 1, elsewhere = 2;

// Transaction 1:1 opens the session; then it asks for a write, its request 5, which may become 1:2.
struct Scene : Told {
  TakeoverChecker checker;

  Scene() {
    checker.committed(session(kSession.value));
    checker.asked(here, kSession, 5);
  }
  void takes_effect() {
    checker.committed(
        commit(kSession.value, txn::OpCode::create, txn::CreateTxn{"/a", "", {}, false, -1}, 5));
  }
  void fails() { checker.committed(commit(kSession.value, txn::OpCode::error, txn::ErrorTxn{-118}, 5)); }
};

}  // namespace

TEST_CASE("what a session is answered shows what it asked of the same server before") {
  Scene scene;
  SECTION("answered behind it") {
    scene.takes_effect();
    CHECK_NOTHROW(scene.checker.answers(here, kSession, 6, Zxid::of(1, 2)));
  }
  SECTION("answered before it, and told later that it took effect") {
    scene.checker.answers(here, kSession, 6, Zxid::of(1, 1));
    CHECK_THROWS_AS(scene.takes_effect(), Violation);
  }
  SECTION("answered before it, when others have applied it") {
    scene.takes_effect();
    CHECK_THROWS_AS(scene.checker.answers(here, kSession, 6, Zxid::of(1, 1)), Violation);
  }
  SECTION("another write comes between, and failed") {
    scene.takes_effect();
    scene.checker.asked(here, kSession, 6);
    CHECK_THROWS_AS(scene.checker.answers(here, kSession, 7, Zxid::of(1, 1)), Violation);
  }
}

TEST_CASE("what has no order, or no effect, proves nothing") {
  Scene scene;
  SECTION("an earlier request is answered at an earlier zxid") {
    scene.takes_effect();
    CHECK_NOTHROW(scene.checker.answers(here, kSession, 4, Zxid::of(1, 1)));
  }
  SECTION("another server, or the same one after it stopped serving, answers without it") {
    scene.checker.answers(elsewhere, kSession, 6, Zxid::of(1, 1));
    CHECK_NOTHROW(scene.takes_effect());
  }
  SECTION("it failed") {
    scene.checker.answers(here, kSession, 6, Zxid::of(1, 1));
    CHECK_NOTHROW(scene.fails());
  }
  SECTION("another session is answered without it") {
    scene.checker.answers(here, SessionId{8}, 6, Zxid::of(1, 1));
    CHECK_NOTHROW(scene.takes_effect());
  }
  SECTION("it is never heard of again") {
    CHECK_NOTHROW(scene.checker.answers(here, kSession, 6, Zxid::of(1, 1)));
  }
}

}  // namespace paddock::sim
