#include "tests/sim/log_checker.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

const ServerId kA{1}, kB{2};

// The rule that logging this breaks; nothing if it is legal.
std::string broken(LogChecker& checker, ServerId server, Zxid previous, Zxid zxid, const char* txn = "t",
                   bool known = true) {
  try {
    checker.appended(server, previous, known, zxid, txn);
  } catch (const Violation& violation) {
    return violation.rule;
  }
  return "";
}

}  // namespace

TEST_CASE("logs that share entries share them whole, and all before them") {
  LogChecker checker;
  CHECK(broken(checker, kA, Zxid{}, Zxid::of(1, 1)).empty());
  CHECK(broken(checker, kA, Zxid::of(1, 1), Zxid::of(1, 2)).empty());
  CHECK(broken(checker, kB, Zxid{}, Zxid::of(1, 1)).empty());

  SECTION("another transaction of the same zxid is rejected") {
    CHECK(broken(checker, kB, Zxid::of(1, 1), Zxid::of(1, 2), "other") == "Z1");
  }
  SECTION("a counter that is left out is rejected") {
    CHECK(broken(checker, kB, Zxid::of(1, 1), Zxid::of(1, 3)) == "Z4");
  }
  SECTION("an epoch that does not begin with 1 is rejected") {
    CHECK(broken(checker, kB, Zxid::of(1, 1), Zxid::of(2, 2)) == "Z4");
  }
  SECTION("going back is rejected") {
    CHECK(broken(checker, kA, Zxid::of(1, 2), Zxid::of(1, 1)) == "Z5");
  }
  SECTION("an epoch that begins behind different histories is rejected") {
    CHECK(broken(checker, kA, Zxid::of(1, 2), Zxid::of(2, 1)).empty());
    CHECK(broken(checker, kB, Zxid::of(1, 1), Zxid::of(2, 1)) == "Z9");
  }
}

TEST_CASE("odd logs that are legal") {
  LogChecker checker;
  SECTION("the same entry again, after it was cut off") {
    CHECK(broken(checker, kA, Zxid{}, Zxid::of(1, 1)).empty());
    CHECK(broken(checker, kA, Zxid{}, Zxid::of(1, 1)).empty());
  }
  SECTION("epochs may be skipped, and left without an entry") {
    CHECK(broken(checker, kA, Zxid::of(1, 7), Zxid::of(9, 1)).empty());
  }
  SECTION("behind a snapshot's position nobody knows what came before") {
    CHECK(broken(checker, kA, Zxid::of(1, 5), Zxid::of(2, 1)).empty());
    CHECK(broken(checker, kB, Zxid::of(1, 3), Zxid::of(2, 1), "t", false).empty());
  }
  SECTION("two epochs may end differently in logs that never met") {
    CHECK(broken(checker, kA, Zxid::of(1, 1), Zxid::of(1, 2)).empty());
    CHECK(broken(checker, kB, Zxid::of(1, 1), Zxid::of(2, 1)).empty());
  }
}

}  // namespace paddock::sim
