// Elections against what Apache ZooKeeper 3.8.0 said (tests/vectors/quorum.txt).
#include <catch2/catch.hpp>

#include "election_world.h"
#include "tests/records/samples.h"

namespace paddock::zab {
namespace {

constexpr size_t kLengthBytes = 4;

quorum::Notification recorded(const tests::Sample& sample) {
  auto decoded = quorum::decode_notification(std::string_view(sample.bytes).substr(kLengthBytes));
  return std::move(decoded.value());
}

}  // namespace

TEST_CASE("the answers of two Java servers that have a leader make a third one follow it") {
  const auto samples = tests::load_samples("quorum.txt");
  const Membership membership = voters({1, 2, 3});
  const Configs configs(membership);
  Election election(configs, {ServerId{3}});
  election.start({}, at_ms(0));
  election.receive(ServerId{1}, recorded(tests::sample_named(samples, "answer of server 1")), at_ms(1));
  CHECK(election.looking());
  election.receive(ServerId{2}, recorded(tests::sample_named(samples, "answer of server 2")), at_ms(2));
  CHECK(election.decided() == ServerId{2});
}

TEST_CASE("a leader of epoch 1 answers byte by byte as Java's does") {
  const auto samples = tests::load_samples("quorum.txt");
  Membership membership = voters({1, 2, 3});
  membership.version = 0x100000000;
  const Configs configs(membership);
  Election election(configs, {ServerId{2}});
  election.start({}, at_ms(0));
  quorum::Notification agreed;
  agreed.leader = ServerId{2};
  agreed.round = 1;
  election.receive(ServerId{1}, agreed, at_ms(1));
  election.tick(at_ms(21));
  REQUIRE(election.decided() == ServerId{2});
  election.epoch_in_use(1);
  election.take_messages();

  election.receive(ServerId{3}, recorded(tests::sample_named(samples, "notification LOOKING")), at_ms(30));
  const auto answers = election.take_messages();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].to == ServerId{3});
  CHECK(tests::to_hex(quorum::encode_notification(answers[0].message)) ==
        tests::to_hex(tests::sample_named(samples, "answer of server 2").bytes));
}

}  // namespace paddock::zab
