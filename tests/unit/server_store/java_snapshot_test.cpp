#include "server/store/java_snapshot.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/allocations.h"
#include "tests/records/generate.h"
#include "tests/records/samples.h"

using namespace paddock;
using store::read_java_snapshot;

namespace {

constexpr size_t kDigestBlock = 33;

std::string recorded_snapshot(std::string_view name) {
  return tests::sample_named(tests::load_samples("disk.txt"), fmt::format("snapshot file {},", name)).bytes;
}

std::string fault_of(std::string_view file) {
  const auto snapshot = read_java_snapshot(file);
  return snapshot.ok() ? "no fault" : snapshot.fault().message;
}

}  // namespace

TEST_CASE("the recorded snapshot of a new Java server holds the four nodes that it starts with") {
  const std::string file = recorded_snapshot("snapshot.0");
  const auto snapshot = read_java_snapshot(file);
  REQUIRE(snapshot.ok());
  CHECK(snapshot->sessions.empty());
  REQUIRE(snapshot->acls.size() == 1);
  const client::Acl read_only{client::kPermRead, client::Id{"world", "anyone"}};
  CHECK(snapshot->acls.items[0] == quorum::SnapshotAcl{1, jute::Vector<client::Acl>{read_only}});
  REQUIRE(snapshot->nodes.size() == 4);
  CHECK(snapshot->nodes[0] == quorum::SnapshotNode{"", "", quorum::kOpenAclId, {}});
  CHECK(snapshot->nodes[1].path == jute::Text("/zookeeper"));
  CHECK(snapshot->nodes[2].path == jute::Text("/zookeeper/config"));
  CHECK(snapshot->nodes[2].acl_id == 1);
  CHECK(snapshot->nodes[2].stat.aversion == -1);
  CHECK(snapshot->nodes[3].path == jute::Text("/zookeeper/quota"));
  REQUIRE(snapshot->digest);
  CHECK(snapshot->digest->zxid == 0);
  CHECK_FALSE(snapshot->last_applied);
}

TEST_CASE("the recorded snapshot of a used Java server holds its sessions, ACLs, nodes and digest") {
  const std::string file = recorded_snapshot("snapshot.10");
  const auto snapshot = read_java_snapshot(file);
  REQUIRE(snapshot.ok());
  CHECK(snapshot->sessions.items == std::vector{quorum::SessionTimeout{0x01000051cd510000, 30000}});
  CHECK(snapshot->acls.size() == 3);
  REQUIRE(snapshot->nodes.size() == 9);
  CHECK(snapshot->nodes[1] ==
        quorum::SnapshotNode{"/a", "world", 2, {2, 3, 0x1a1ffb8d840, 0x1a1ffb8d84d, 1, 6, 0, 0, 16}});
  CHECK(snapshot->nodes[3].data == jute::Buffer());
  REQUIRE(snapshot->digest);
  CHECK(snapshot->digest->zxid == 16);
  CHECK(snapshot->digest->version == 2);
  CHECK(snapshot->digest->tree_digest == 12800143846);
}

TEST_CASE("a Java snapshot may end behind its first seal, as 3.4 wrote it") {
  std::string file = recorded_snapshot("snapshot.10");
  file.resize(file.size() - kDigestBlock);
  const auto snapshot = read_java_snapshot(file);
  REQUIRE(snapshot.ok());
  CHECK(snapshot->nodes.size() == 9);
  CHECK_FALSE(snapshot->digest);
}

TEST_CASE("a Java snapshot may name its zxid behind another seal, as 3.9 writes it") {
  // The right seal is taken from the complaint about a wrong one.
  // fault.
  for (const bool with_digest : {true, false}) {
    std::string file = recorded_snapshot("snapshot.10");
    if (!with_digest) file.resize(file.size() - kDigestBlock);
    jute::Writer writer(file);
    writer.write_long(17);
    const size_t seal = file.size();
    writer.write_long(0);
    writer.write_buffer("/");
    const std::string fault = fault_of(file);
    REQUIRE(fault.starts_with(fmt::format("the seal at offset {} says 0x0, the bytes have 0x", seal)));
    jute::store_long(file.data() + seal, std::stoll(fault.substr(fault.rfind("0x") + 2), nullptr, 16));
    const auto snapshot = read_java_snapshot(file);
    REQUIRE(snapshot.ok());
    CHECK(snapshot->last_applied == Zxid{17});
    CHECK(snapshot->digest.has_value() == with_digest);
  }
}

TEST_CASE("one changed byte anywhere in a Java snapshot is a fault") {
  const std::string file = recorded_snapshot("snapshot.10");
  for (size_t at = 0; at < file.size(); ++at) {
    INFO("offset " << at);
    std::string changed = file;
    changed[at] ^= 0x40;
    REQUIRE_FALSE(read_java_snapshot(changed).ok());
  }
}

TEST_CASE("a Java snapshot cut anywhere is a fault, except behind a seal") {
  const std::string file = recorded_snapshot("snapshot.10");
  for (size_t size = 0; size < file.size(); ++size) {
    INFO("size " << size);
    REQUIRE(read_java_snapshot(file.substr(0, size)).ok() == (size == file.size() - kDigestBlock));
  }
}

TEST_CASE("no spoiled Java snapshot harms the reader") {
  Random random(1);
  const std::string file = recorded_snapshot("snapshot.10");
  for (int round = 0; round < 3000; ++round) {
    const std::string bytes = tests::spoiled(random, file);
    tests::AllocationMeter meter;
    (void)read_java_snapshot(bytes).ok();
    // A node of at least 72 bytes becomes a SnapshotNode in a vector that doubles.
    REQUIRE(meter.largest() <= 8 * bytes.size() + 512);
  }
}
