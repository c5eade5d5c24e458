#include "tests/sim/session_checker.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

struct Scene : Told {
  SessionChecker checker;

  std::string broken(const Committed& entry) {
    try {
      checker.committed(entry);
    } catch (const Violation& violation) {
      return violation.rule;
    }
    return "";
  }
  explicit Scene(bool local_sessions = false) : checker(chronicle, local_sessions) { broken(session(7)); }
};

}  // namespace

TEST_CASE("a session lives once") {
  Scene scene;
  CHECK(scene.broken(scene.create(7, "/a")).empty());
  CHECK(scene.broken(scene.close(7)).empty());
  SECTION("what it changes afterwards is rejected") {
    CHECK(scene.broken(scene.create(7, "/b")) == "C9");
  }
  SECTION("its revival is rejected") {
    CHECK(scene.broken(scene.session(7)) == "C9");
  }
  SECTION("a stranger's change is rejected") {
    CHECK(scene.broken(scene.create(9, "/b")) == "C9");
  }
  SECTION("what fails changes nothing") {
    CHECK(scene.broken(scene.fail(7, ErrorCode::session_expired)).empty());
  }
  SECTION("closed by its client as it expires") {
    CHECK(scene.broken(scene.close(7)).empty());
  }
}

TEST_CASE("a session's requests take effect in their order, each once") {
  Scene scene;
  CHECK(
      scene.broken(scene.commit(7, txn::OpCode::create, txn::CreateTxn{"/a", "", {}, false, -1}, 5)).empty());
  SECTION("a later one") {
    CHECK(scene.broken(scene.commit(7, txn::OpCode::remove, txn::DeleteTxn{"/a"}, 9)).empty());
  }
  SECTION("an earlier one is rejected") {
    CHECK(scene.broken(scene.commit(7, txn::OpCode::remove, txn::DeleteTxn{"/a"}, 4)) == "C2");
  }
  SECTION("the same one is rejected") {
    CHECK(scene.broken(scene.commit(7, txn::OpCode::remove, txn::DeleteTxn{"/a"}, 5)) == "C2");
  }
  SECTION("one that failed says nothing of the order") {
    CHECK(scene.broken(scene.commit(7, txn::OpCode::error, txn::ErrorTxn{-118}, 4)).empty());
  }
}

TEST_CASE("where there are local sessions a session may write before it begins, but not behind its end") {
  Scene scene(true);
  CHECK(scene.broken(scene.create(9, "/a")).empty());
  SECTION("and own nothing") {
    CHECK(scene.broken(scene.create(9, "/e", "", true)) == "C7");
  }
  SECTION("once it has begun it may") {
    CHECK(scene.broken(scene.session(9)).empty());
    CHECK(scene.broken(scene.create(9, "/e", "", true)).empty());
    CHECK(scene.broken(scene.close(9, {"/e"})).empty());
    CHECK(scene.broken(scene.create(9, "/b")) == "C9");
  }
}

TEST_CASE("suffixes of sequential nodes grow") {
  Scene scene;
  CHECK(scene.broken(scene.create(7, "/q")).empty());
  CHECK(scene.broken(scene.create(7, "/q/s-0000000001")).empty());
  SECTION("with gaps, for other children count too") {
    CHECK(scene.broken(scene.create(7, "/q/s-0000000004")).empty());
  }
  SECTION("never again the same, though the node is gone") {
    CHECK(scene.broken(scene.remove(7, "/q/s-0000000001")).empty());
    CHECK(scene.broken(scene.create(7, "/q/s-0000000001")) == "C11");
  }
  SECTION("from the start below a parent that is new") {
    CHECK(scene.broken(scene.remove(7, "/q/s-0000000001")).empty());
    CHECK(scene.broken(scene.remove(7, "/q")).empty());
    CHECK(scene.broken(scene.create(7, "/q")).empty());
    CHECK(scene.broken(scene.create(7, "/q/s-0000000000")).empty());
  }
}

TEST_CASE("an ephemeral node goes with its owner") {
  Scene scene;
  CHECK(scene.broken(scene.create(7, "/e", "", true)).empty());
  CHECK(scene.broken(scene.close(7, {"/e"})).empty());
  // The applier deletes what the owner still has, so one that is left behind can only be made by hand.
  CHECK(scene.broken(scene.create(7, "/late", "", true)) == "C9");
}

}  // namespace paddock::sim
