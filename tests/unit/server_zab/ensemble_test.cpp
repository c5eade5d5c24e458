#include <catch2/catch.hpp>

#include "ensemble.h"

namespace paddock::zab::test {

TEST_CASE("three servers elect one, synchronise, and commit what it proposes") {
  Ensemble three(3);
  three.start_all();
  REQUIRE(three.run_until([&] { return three.all_converged(); }, 2000));
  CHECK(three.leader() == 3);
  CHECK(three.server(1).told == " serving1.0");
  CHECK(three.engine(1).role() == Role::following);
  CHECK(three.engine(1).phase() == Phase::broadcast);
  CHECK(three.engine(1).leader() == ServerId{3});
  CHECK(three.engine(1).epochs() == store::Epochs{1, 1});

  three.propose(3, 3);
  REQUIRE(three.run_until([&] { return three.committed().size() == 3 && three.all_converged(); }, 2000));
  CHECK(three.server(1).told == " serving1.0 c1.1 c1.2 c1.3");
  CHECK(three.server(2).told == " serving1.0 c1.1 c1.2 c1.3");
}

}  // namespace paddock::zab::test
