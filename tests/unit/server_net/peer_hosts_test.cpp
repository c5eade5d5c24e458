#include "server/net/peer_hosts.h"

#include <catch2/catch.hpp>

namespace paddock::net {

TEST_CASE("only principals of an ensemble's hosts are admitted, and none without a host") {
  PeerHosts hosts;
  hosts.set({{ServerId{1}, {{"zk1", 1}}}, {ServerId{2}, {{"zk2", 1}, {"10.0.0.2", 1}}}});
  CHECK(hosts.admits("learner/zk1@HOME"));
  CHECK(hosts.admits("other/10.0.0.2@HOME"));
  CHECK_FALSE(hosts.admits("learner/zk3@HOME"));
  CHECK_FALSE(hosts.admits("learner@HOME"));
  CHECK_FALSE(hosts.admits("zk1"));
  CHECK_FALSE(hosts.admits("learner/zk1/zk1@HOME"));
  CHECK_FALSE(hosts.admits("learner/zk1@HOME@AWAY"));
  hosts.set({{ServerId{3}, {{"zk3", 1}}}});
  CHECK_FALSE(hosts.admits("learner/zk1@HOME"));
}

}  // namespace paddock::net
