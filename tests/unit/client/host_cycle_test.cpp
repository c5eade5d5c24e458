#include "client/host_cycle.h"

#include <catch2/catch.hpp>
#include <set>

namespace paddock::client {
namespace {

const std::vector<HostPort> kThree = {{"a", 1}, {"b", 2}, {"c", 3}};

}  // namespace

TEST_CASE("a cycle tries every server once, without a pause; the next cycles wait longer and longer") {
  HostCycle cycle(kThree, 7);
  int64_t most_ms = 100;
  for (int round = 0; round < 8; ++round) {
    std::set<std::string> hosts;
    for (int i = 0; i < 3; ++i) {
      const auto turn = cycle.next();
      hosts.insert(turn.host.host);
      INFO(round << "." << i);
      if (round == 0 || i > 0) {
        CHECK(turn.pause_ms == 0);
      } else {
        CHECK(turn.pause_ms >= most_ms / 2);
        CHECK(turn.pause_ms < most_ms);
        most_ms = std::min<int64_t>(most_ms * 2, 1000);
      }
    }
    CHECK(hosts.size() == 3);
  }
}

TEST_CASE("after a session the next server is tried at once") {
  HostCycle cycle(kThree, 7);
  for (int i = 0; i < 10; ++i) cycle.next();
  cycle.succeeded();
  for (int i = 0; i < 3; ++i) CHECK(cycle.next().pause_ms == 0);
  CHECK(cycle.next().pause_ms < 100);
}

TEST_CASE("different seeds spread clients over the servers") {
  std::set<std::string> first;
  for (uint64_t seed = 0; seed < 50; ++seed) first.insert(HostCycle(kThree, seed).next().host.host);
  CHECK(first.size() == 3);
}

}  // namespace paddock::client
