#include "protocol/quorum/snapshot_stream.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/allocations.h"
#include "tests/records/generate.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::quorum;

namespace {

constexpr int32_t kLimit = 4096;

// Writes down what it is given, as the stream it came from.
class Copyist final : public SnapshotVisitor {
 public:
  Status session(const SessionTimeout& session) override {
    sessions.push_back(session);
    return ok_status();
  }
  Status acl(const SnapshotAcl& acl) override {
    acls.push_back(jute::encoded(acl));
    return ok_status();
  }
  Status node(const SnapshotNode& node) override {
    if (node.path == Text(refused)) return make_fault("{} is refused", refused);
    nodes.push_back(jute::encoded(node));
    return ok_status();
  }

  std::string copy() const {
    std::string out;
    SnapshotWriter writer(out);
    writer.session_count(sessions.size());
    for (const SessionTimeout& session : sessions) writer.session(session);
    writer.acl_count(acls.size());
    for (const std::string& acl : acls) writer.acl(*jute::decoded<SnapshotAcl>(acl));
    for (const std::string& node : nodes) writer.node(*jute::decoded<SnapshotNode>(node));
    writer.end_of_nodes();
    writer.signature();
    return out;
  }

  std::vector<SessionTimeout> sessions;
  std::vector<std::string> acls;
  std::vector<std::string> nodes;
  std::string refused = "none";
};

std::vector<std::string> recorded_streams() {
  return {tests::sample_named(tests::load_samples("quorum.txt"), "M>L snapshot stream").bytes,
          tests::sample_named(tests::load_samples("follower.txt"), "leader: snapshot stream").bytes};
}

// Elements 4 to 7 of a snapshot file.
std::string recorded_middle() {
  const std::string file =
      tests::sample_named(tests::load_samples("disk.txt"), "snapshot file snapshot.10,").bytes;
  constexpr size_t kFileHead = 16, kSealsAndDigest = 13 + 20 + 13;
  return file.substr(kFileHead, file.size() - kFileHead - kSealsAndDigest);
}

std::string fault_of(std::string_view stream, int32_t limit = kLimit) {
  Copyist copyist;
  SnapshotParser parser(copyist, limit);
  const auto fed = parser.feed(stream);
  return fed.ok() ? "no fault" : fed.fault().message;
}

std::string stream_with_node(const SnapshotNode& node) {
  std::string stream;
  SnapshotWriter writer(stream);
  writer.session_count(0);
  writer.acl_count(0);
  writer.node(node);
  writer.end_of_nodes();
  writer.signature();
  return stream;
}

std::string integers(std::initializer_list<int32_t> values) {
  std::string out;
  for (const int32_t value : values) jute::Writer(out).write_int(value);
  return out;
}

}  // namespace

TEST_CASE("a recorded snapshot stream is read, and written back to its bytes") {
  for (const std::string& stream : recorded_streams()) {
    Copyist copyist;
    SnapshotParser parser(copyist, kLimit);
    REQUIRE(*parser.feed(stream) == stream.size());
    CHECK(parser.ended());
    CHECK(tests::to_hex(copyist.copy()) == tests::to_hex(stream));
  }
}

TEST_CASE("a stream cut in two anywhere gives the same elements") {
  for (const std::string& stream : recorded_streams()) {
    for (size_t cut = 0; cut <= stream.size(); ++cut) {
      Copyist copyist;
      SnapshotParser parser(copyist, kLimit);
      const std::string_view whole = stream;
      REQUIRE(*parser.feed(whole.substr(0, cut)) == cut);
      REQUIRE(parser.ended() == (cut == stream.size()));
      if (!parser.ended()) REQUIRE(*parser.feed(whole.substr(cut)) == stream.size() - cut);
      REQUIRE(parser.ended());
      REQUIRE(copyist.copy() == stream);
    }
  }
}

TEST_CASE("a stream that comes byte by byte gives the same elements") {
  for (const std::string& stream : recorded_streams()) {
    Copyist copyist;
    SnapshotParser parser(copyist, kLimit);
    for (size_t at = 0; at < stream.size(); ++at) {
      REQUIRE_FALSE(parser.ended());
      REQUIRE(*parser.feed(std::string_view(stream).substr(at, 1)) == 1);
    }
    CHECK(parser.ended());
    CHECK(copyist.copy() == stream);
  }
}

TEST_CASE(
    "the scanner takes what belongs to the stream and leaves the packet behind it, wherever it is cut") {
  const std::string packet = "packets go on here";
  for (const std::string& stream : recorded_streams()) {
    const std::string arrived = stream + packet;
    for (size_t cut = 0; cut <= arrived.size(); ++cut) {
      SnapshotScanner scanner(kLimit);
      const size_t first = *scanner.pass(std::string_view(arrived).substr(0, cut));
      REQUIRE(first == std::min(cut, stream.size()));
      REQUIRE(*scanner.pass(std::string_view(arrived).substr(first)) == stream.size() - first);
      REQUIRE(scanner.ended());
      REQUIRE(scanner.offset() == stream.size());
    }
  }
}

TEST_CASE("finding the end takes no memory, however large the nodes are") {
  const std::string data(1 << 20, 'x');
  const std::string stream = stream_with_node({"/large", Buffer(data), 1, {}});
  SnapshotScanner scanner(1 << 20);
  tests::AllocationMeter meter;
  size_t passed = 0;
  for (size_t at = 0; at < stream.size(); at += 7)
    passed += *scanner.pass(std::string_view(stream).substr(at, 7));
  CHECK(meter.count() == 0);
  CHECK(passed == stream.size());
  CHECK(scanner.ended());
}

TEST_CASE("the middle of a snapshot file ends without a signature") {
  const std::string middle = recorded_middle();
  Copyist copyist;
  SnapshotParser parser(copyist, kLimit, SnapshotClosing::nothing);
  CHECK(*parser.feed(middle + "seal") == middle.size());
  CHECK(parser.ended());
  CHECK(copyist.sessions.size() == 1);
  CHECK(copyist.acls.size() == 3);
  CHECK(copyist.nodes.size() == 9);
}

TEST_CASE("nodes keep null data, empty data and ids of ACLs that no table has") {
  for (const SnapshotNode& node : {SnapshotNode{"", Buffer(), -1, {}}, SnapshotNode{"/a", "", 99, {}}}) {
    Copyist copyist;
    SnapshotParser parser(copyist, kLimit);
    REQUIRE(parser.feed(stream_with_node(node)).ok());
    CHECK(copyist.nodes == std::vector{jute::encoded(node)});
  }
}

TEST_CASE("the limit of a buffer is exact, and holds before its bytes have come") {
  const std::string data(kLimit, 'x');
  CHECK(fault_of(stream_with_node({"/a", Buffer(data), 1, {}})) == "no fault");
  CHECK(fault_of(stream_with_node({"/a", Buffer(data), 1, {}}), kLimit - 1) ==
        "a snapshot stream is malformed before offset 18: data of 4096 bytes, the limit is 4095");
  CHECK(fault_of(integers({0, 0, kLimit + 1})).find("a path of 4097 bytes") != std::string::npos);
  CHECK(fault_of(integers({0, 0, -2})).find("a path of -2 bytes") != std::string::npos);
  CHECK(fault_of(integers({0, 0, -1})).find("a node without a path") != std::string::npos);
}

TEST_CASE("an ACL list is held to the limit as a whole") {
  const std::string scheme(kLimit / 2, 's');
  const auto list_of = [&](size_t items) {
    SnapshotAcl acl{1, {}};
    for (size_t i = 0; i < items; ++i) acl.acl.items.push_back({31, client::Id{Text(scheme), "i"}});
    std::string stream;
    SnapshotWriter writer(stream);
    writer.session_count(0);
    writer.acl_count(1);
    writer.acl(acl);
    writer.end_of_nodes();
    writer.signature();
    return stream;
  };
  CHECK(fault_of(list_of(0)) == "no fault");
  CHECK(fault_of(list_of(1)) == "no fault");
  CHECK(fault_of(list_of(2)).find("an ACL list of more than 4096 bytes") != std::string::npos);
  CHECK(fault_of(integers({0, 1, 0, 1, INT32_MAX})).find("an ACL list of more than") != std::string::npos);
}

TEST_CASE("a null ACL list and counts below zero are read as empty, as Java does") {
  Copyist copyist;
  SnapshotParser parser(copyist, kLimit);
  const std::string head = integers({-5, 1, 0, 7, -1});
  REQUIRE(*parser.feed(head) == head.size());
  CHECK(copyist.acls == std::vector{jute::encoded(SnapshotAcl{7, Vector<client::Acl>::make_null()})});
}

TEST_CASE("what is behind the nodes must be the signature") {
  std::string stream = stream_with_node({"", "", -1, {}});
  const std::string right = stream;
  stream.back() = 'f';
  CHECK(fault_of(stream).find("its signature is not BenWasHere") != std::string::npos);
  stream = right;
  stream[stream.size() - kSnapshotSignature.size() - 1] = 11;
  CHECK(fault_of(stream).find("its signature has not the length of BenWasHere") != std::string::npos);
  CHECK(fault_of(integers({0, 0, 1}) + "x").find("a path of one byte that is not /") != std::string::npos);
}

TEST_CASE("what the visitor refuses ends the reading with its words") {
  Copyist copyist;
  copyist.refused = "/a";
  SnapshotParser parser(copyist, kLimit);
  const auto fed = parser.feed(stream_with_node({"/a", "", 1, {}}));
  REQUIRE_FALSE(fed.ok());
  CHECK(fed.fault().message == "/a is refused");
}

TEST_CASE("no spoiled stream harms the parser, and it is read the same in pieces of any size") {
  Random random(7);
  const std::vector<std::string> streams = recorded_streams();
  for (int round = 0; round < 4000; ++round) {
    const std::string bytes = tests::spoiled(random, streams[random.below(streams.size())]);
    Copyist whole, pieces;
    SnapshotParser at_once(whole, kLimit), by_pieces(pieces, kLimit);
    tests::AllocationMeter meter;
    const auto fed = at_once.feed(bytes);
    REQUIRE(meter.largest() <= 8 * bytes.size() + 512);
    bool fine = true;
    size_t total = 0;
    for (size_t at = 0; at < bytes.size() && fine && !by_pieces.ended();) {
      const size_t size = 1 + random.below(40);
      const auto part = by_pieces.feed(std::string_view(bytes).substr(at, size));
      fine = part.ok();
      at += size;
      total += fine ? *part : 0;
    }
    REQUIRE(fine == fed.ok());
    REQUIRE(at_once.ended() == by_pieces.ended());
    if (fine) REQUIRE(*fed == total);
    REQUIRE(whole.nodes == pieces.nodes);
    REQUIRE(whole.acls == pieces.acls);
  }
}
