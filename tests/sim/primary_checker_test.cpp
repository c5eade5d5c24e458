#include "tests/sim/primary_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

const ServerId kA{1}, kB{2};

struct Scene {
  Told told;  // 1:1, 1:2, 1:3
  PrimaryChecker checker{told.chronicle};
  Scene() {
    told.session(7);
    told.create(7, "/a");
    told.create(7, "/b");
  }
};

}  // namespace

TEST_CASE("a leader that has applied all of earlier epochs may propose") {
  Scene scene;
  CHECK_NOTHROW(scene.checker.proposes(kA, Zxid::of(2, 1), Zxid::of(1, 3)));
  CHECK_NOTHROW(scene.checker.proposes(kA, Zxid::of(2, 2), Zxid::of(1, 3)));
  // Its state may stand at the beginning of its epoch, too.
  CHECK_NOTHROW(scene.checker.proposes(kB, Zxid::of(3, 1), Zxid::of(3, 0)));
}

TEST_CASE("a leader that lacks what others have applied breaks Z6") {
  Scene scene;
  CHECK_THROWS_AS(scene.checker.proposes(kA, Zxid::of(2, 1), Zxid::of(1, 2)), Violation);
}

TEST_CASE("what its leader did not have is never applied once an epoch has begun") {
  Scene scene;
  scene.checker.proposes(kA, Zxid::of(2, 1), Zxid::of(1, 3));
  CHECK_THROWS_AS(scene.checker.committed(Zxid::of(1, 4)), Violation);
  CHECK_NOTHROW(scene.checker.committed(Zxid::of(2, 1)));
}

TEST_CASE("a leader that was deposed and does not know it may propose; it commits nothing") {
  Scene scene;
  scene.checker.proposes(kA, Zxid::of(3, 1), Zxid::of(1, 3));
  CHECK_NOTHROW(scene.checker.proposes(kB, Zxid::of(2, 1), Zxid::of(1, 3)));
  CHECK_THROWS_AS(scene.checker.committed(Zxid::of(2, 1)), Violation);
}

}  // namespace paddock::sim
