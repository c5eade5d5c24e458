// The checkers of the scenarios: what they must reject, and what is odd but legal.
#include "stage/safety.h"

#include <catch2/catch.hpp>

namespace paddock::scenarios {
namespace {

struct Bench {
  Story story;
  Safety safety{story};
  zab::Membership three;

  Bench() {
    for (const int64_t id : {1, 2, 3}) three.members[ServerId{id}].id = ServerId{id};
  }
  void commit(int64_t server, size_t index, const Record& record, std::set<ServerId> holders) {
    safety.begin(three);
    safety.committed(server, index, record, holders);
  }
  bool is_wrong() const { return story.went_wrong(); }
};

const Record a{Zxid::of(1, 1), "a"};
const Record b{Zxid::of(1, 2), "b"};
const Record other{Zxid::of(2, 1), "other"};
const std::set<ServerId> two{ServerId{1}, ServerId{3}};
const std::set<ServerId> one{ServerId{3}};

quorum::QuorumPacket packet(quorum::PacketType type, Zxid zxid) {
  quorum::QuorumPacket packet;
  packet.type = static_cast<int32_t>(type);
  packet.zxid = zxid.value;
  return packet;
}

}  // namespace

TEST_CASE("two servers that commit different things in one place are wrong") {
  Bench bench;
  bench.commit(3, 0, a, two);
  bench.commit(1, 0, other, two);
  CHECK(bench.is_wrong());
}

TEST_CASE("a server that skips something is wrong") {
  Bench bench;
  bench.commit(3, 1, b, two);
  CHECK(bench.is_wrong());
}

TEST_CASE("what is committed for the first time must be on the disks of a quorum") {
  Bench bench;
  bench.commit(3, 0, a, one);
  CHECK(bench.is_wrong());
}

TEST_CASE("a server may commit later than others, and without holding anything itself by then") {
  Bench bench;
  bench.commit(3, 0, a, two);
  bench.commit(3, 1, b, two);
  bench.commit(2, 0, a, {});
  CHECK_FALSE(bench.is_wrong());
}

TEST_CASE("a state that holds what was never committed is wrong, a shorter one is not") {
  Bench bench;
  bench.safety.assume_committed({a, b});
  bench.safety.replaced(2, {a});
  CHECK_FALSE(bench.is_wrong());
  bench.safety.replaced(2, {a, other});
  CHECK(bench.is_wrong());
}

TEST_CASE("two leaders of one epoch are wrong, and so is one that begins it twice") {
  Bench bench;
  bench.safety.leads(3, 1);
  bench.safety.leads(2, 2);
  CHECK_FALSE(bench.is_wrong());
  bench.safety.leads(GENERATE(2, 3), 1);
  CHECK(bench.is_wrong());
}

TEST_CASE("a promise that the disk does not have is wrong") {
  using quorum::PacketType;
  Bench bench;
  FakeDisk disk;
  disk.epochs = {2, 1};
  disk.log = {a};
  bench.safety.promised(1, packet(PacketType::ack, a.zxid), disk, 2);
  bench.safety.promised(1, packet(PacketType::ack, Zxid::of(1, 0)), disk, 2);
  bench.safety.promised(1, packet(PacketType::ack_epoch, a.zxid), disk, 2);
  REQUIRE_FALSE(bench.is_wrong());
  SECTION("an entry") {
    bench.safety.promised(1, packet(PacketType::ack, b.zxid), disk, 2);
  }
  SECTION("an epoch's history") {
    bench.safety.promised(1, packet(PacketType::ack, Zxid::of(2, 0)), disk, 2);
  }
  SECTION("an epoch") {
    bench.safety.promised(1, packet(PacketType::ack_epoch, a.zxid), disk, 3);
  }
  SECTION("a position") {
    bench.safety.promised(1, packet(PacketType::ack_epoch, other.zxid), disk, 2);
  }
  CHECK(bench.is_wrong());
}

}  // namespace paddock::scenarios
