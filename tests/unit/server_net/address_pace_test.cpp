#include "server/net/address_pace.h"

#include <catch2/catch.hpp>

namespace paddock::net {
namespace {

using std::chrono::milliseconds;

}  // namespace

TEST_CASE("an address opens as many connections a second as it may, and others as many again") {
  AddressPace pace(2);
  const AddressPace::Time begin{};
  CHECK(pace.admits("a", begin));
  CHECK(pace.admits("a", begin));
  CHECK_FALSE(pace.admits("a", begin));
  CHECK(pace.admits("b", begin));
  CHECK_FALSE(pace.admits("a", begin + milliseconds(400)));
  CHECK(pace.admits("a", begin + milliseconds(500)));
  CHECK_FALSE(pace.admits("a", begin + milliseconds(501)));
  CHECK(pace.admits("a", begin + milliseconds(60'000)));
}

TEST_CASE("without a pace everybody comes, and nothing is kept of them") {
  AddressPace pace(0);
  for (int i = 0; i < 1000; ++i) CHECK(pace.admits("a", {}));
  CHECK(pace.addresses() == 0);
}

TEST_CASE("addresses that have been quiet are forgotten when there are many") {
  AddressPace pace(1);
  const AddressPace::Time begin{};
  for (size_t i = 0; i < AddressPace::kMostAddresses; ++i) CHECK(pace.admits(std::to_string(i), begin));
  CHECK(pace.admits("new", begin + milliseconds(1000)));
  CHECK(pace.addresses() == 1);
}

}  // namespace paddock::net
