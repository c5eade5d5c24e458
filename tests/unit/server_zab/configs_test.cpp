#include "server/zab/configs.h"

#include <catch2/catch.hpp>

#include "server/zab/ack_tally.h"

namespace paddock::zab {
namespace {

Membership servers(std::initializer_list<int64_t> ids, int64_t version) {
  Membership membership;
  membership.version = version;
  for (const int64_t id : ids) membership.members[ServerId{id}].id = ServerId{id};
  return membership;
}

std::set<ServerId> acks(std::initializer_list<int64_t> ids) {
  std::set<ServerId> servers;
  for (const int64_t id : ids) servers.insert(ServerId{id});
  return servers;
}

constexpr Zxid z(uint32_t counter) {
  return Zxid::of(3, counter);
}

}  // namespace

// Voters that do not know of the reconfiguration go by the committed one, and they may be needed.
TEST_CASE(
    "who has the weight to lead is decided by the committed configuration, of newcomers by the proposed "
    "one") {
  Membership committed = servers({1, 2, 3}, 0);
  committed.hierarchical = true;
  committed.members[ServerId{2}].weight = 0;
  Configs configs(committed);
  configs.propose(servers({1, 2, 4}, z(5).value));
  CHECK(configs.has_weight(ServerId{1}));
  CHECK_FALSE(configs.has_weight(ServerId{2}));
  CHECK(configs.has_weight(ServerId{3}));
  CHECK(configs.has_weight(ServerId{4}));
  CHECK_FALSE(configs.has_weight(ServerId{5}));
  configs.commit_to(z(5));
  CHECK(configs.has_weight(ServerId{2}));
  CHECK_FALSE(configs.has_weight(ServerId{3}));
}

// Server 3 may hold what was committed by the proposed configuration, so nobody leads without what it has.
TEST_CASE("whom no quorum can do without may lead with the weight that the proposed configuration gives it") {
  Membership committed = servers({1, 3}, 0);
  committed.hierarchical = true;
  for (auto& [id, member] : committed.members) member.group = 1;
  committed.members[ServerId{3}].weight = 0;
  Configs configs(committed);
  CHECK_FALSE(configs.may_lead(ServerId{3}));
  SECTION("both are needed") {
    configs.propose(servers({1, 3}, z(5).value));
    CHECK(configs.may_lead(ServerId{3}));
    CHECK_FALSE(configs.has_weight(ServerId{3}));
  }
  SECTION("two of three are enough") {
    configs.propose(servers({1, 2, 3}, z(5).value));
    CHECK_FALSE(configs.may_lead(ServerId{3}));
  }
}

TEST_CASE("while a reconfiguration is under way every quorum is one of both configurations") {
  Configs configs(servers({1, 2, 3}, 0));
  configs.propose(servers({3, 4, 5}, z(7).value));
  CHECK_FALSE(configs.is_quorum(acks({1, 2})));
  CHECK_FALSE(configs.is_quorum(acks({4, 5})));
  CHECK(configs.is_quorum(acks({1, 3, 4})));
  CHECK(configs.is_voter(ServerId{1}));
  CHECK(configs.is_voter(ServerId{5}));
  SECTION("what was proposed before it needs only the old one") {
    CHECK(configs.is_quorum_for(z(6), acks({1, 2})));
    CHECK_FALSE(configs.is_quorum_for(z(7), acks({1, 2})));
  }
  SECTION("committed it is alone") {
    configs.commit_to(z(6));
    CHECK(configs.is_pending());
    configs.commit_to(z(7));
    CHECK_FALSE(configs.is_pending());
    CHECK(configs.is_quorum(acks({4, 5})));
    CHECK_FALSE(configs.is_voter(ServerId{1}));
  }
  SECTION("cut off the log it never was") {
    configs.withdraw();
    CHECK(configs.is_quorum(acks({1, 2})));
    CHECK_FALSE(configs.is_voter(ServerId{4}));
  }
  SECTION("one behind it proves that it was committed") {
    configs.propose(servers({5, 6, 7}, z(9).value));
    CHECK(configs.committed().version == z(7).value);
    CHECK(configs.proposed().version == z(9).value);
  }
}

TEST_CASE("versions of configurations never go back") {
  Configs configs(servers({1, 2, 3}, z(5).value));
  const uint64_t before = configs.revision();
  configs.propose(servers({1}, z(4).value));
  configs.announce(servers({1}, z(5).value));
  configs.adopt(servers({1}, z(5).value));
  CHECK(configs.revision() == before);
  CHECK(configs.proposed().members.size() == 3);
  SECTION("a leader announces less than was proposed: that was cut off elsewhere") {
    configs.propose(servers({1, 2}, z(9).value));
    configs.announce(servers({2, 3}, z(8).value));
    CHECK(configs.proposed().version == z(8).value);
  }
  SECTION("what somebody knows to be committed ends what was proposed before it") {
    configs.propose(servers({1, 2}, z(6).value));
    configs.adopt(servers({2, 3}, z(8).value));
    CHECK_FALSE(configs.is_pending());
    CHECK(configs.committed().version == z(8).value);
  }
}

TEST_CASE(
    "the tally asks both quorums for the reconfiguration and what follows, and nobody new for what went "
    "before") {
  Configs configs(servers({1, 2, 3}, 0));
  AckTally tally(configs, z(0));
  configs.propose(servers({3, 4, 5}, z(4).value));
  for (const int64_t id : {1, 2}) tally.acknowledge(ServerId{id}, z(6));
  CHECK(tally.agreed() == z(3));
  tally.acknowledge(ServerId{4}, z(5));
  CHECK(tally.agreed() == z(3));
  tally.acknowledge(ServerId{5}, z(4));
  CHECK(tally.agreed() == z(4));
  SECTION("once it is committed the new quorum is enough") {
    configs.commit_to(z(4));
    tally.acknowledge(ServerId{5}, z(5));
    CHECK(tally.agreed() == z(5));
  }
}

TEST_CASE("of two voters the one that the oracle names is a quorum by itself, and the other is none") {
  Configs configs(servers({1, 2}, 0));
  CHECK_FALSE(configs.is_quorum(acks({1})));
  configs.rely_on(ServerId{1});
  CHECK(configs.is_quorum(acks({1})));
  CHECK_FALSE(configs.is_quorum(acks({2})));
  CHECK_FALSE(configs.is_quorum(acks({})));
  configs.rely_on(std::nullopt);
  CHECK_FALSE(configs.is_quorum(acks({1})));
}

TEST_CASE("observers do not make two voters three, and of three voters none is a quorum by itself") {
  Membership membership = servers({1, 2, 3}, 0);
  membership.members[ServerId{3}].observer = true;
  Configs with_observer(membership);
  with_observer.rely_on(ServerId{1});
  CHECK(with_observer.is_quorum(acks({1})));
  with_observer.rely_on(ServerId{3});
  CHECK_FALSE(with_observer.is_quorum(acks({3})));
  Configs three(servers({1, 2, 3}, 0));
  three.rely_on(ServerId{1});
  CHECK_FALSE(three.is_quorum(acks({1})));
}

TEST_CASE(
    "a third voter that was proposed makes the word of the oracle too little for what comes behind it") {
  Configs configs(servers({1, 2}, 0));
  configs.rely_on(ServerId{1});
  configs.propose(servers({1, 2, 3}, z(5).value));
  CHECK(configs.is_quorum_for(z(4), acks({1})));
  CHECK_FALSE(configs.is_quorum_for(z(5), acks({1})));
  CHECK(configs.is_quorum_for(z(5), acks({1, 3})));
}

TEST_CASE("what one of two holds is agreed on as soon as the oracle relies on it, and stays agreed on") {
  Configs configs(servers({1, 2}, 0));
  AckTally tally(configs, z(0));
  tally.acknowledge(ServerId{1}, z(3));
  CHECK(tally.agreed() == z(0));
  configs.rely_on(ServerId{1});
  CHECK(tally.agreed() == z(3));
  configs.rely_on(std::nullopt);
  tally.acknowledge(ServerId{1}, z(4));
  CHECK(tally.agreed() == z(3));
}

}  // namespace paddock::zab
