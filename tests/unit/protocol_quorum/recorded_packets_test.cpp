#include "protocol/quorum/records.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/bodies.h"
#include "tests/records/generated_laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::quorum;

namespace {

using AllRecords = std::tuple<QuorumPacket, LearnerInfo, ForwardedHead, SessionTimeout, SessionValid,
                              SnapshotAcl, SnapshotNode>;

// Titles name what travelled: "L>M ACKEPOCH", "... pairs: M>L COMMIT", "follower: REQUEST create".
bool is_packet(const std::string& title) {
  const bool learner_channel = title.find("L>M ") != std::string::npos ||
                               title.find("M>") != std::string::npos || title.starts_with("follower:") ||
                               title.starts_with("leader:");
  return learner_channel && title.find("snapshot stream") == std::string::npos;
}

std::vector<tests::Sample> recorded_packets() {
  std::vector<tests::Sample> packets;
  for (const std::string_view file :
       {"quorum.txt", "follower.txt", "sync.txt", "sync-after-epoch-change.txt", "reconfig.txt"}) {
    for (tests::Sample& sample : tests::load_samples(file)) {
      if (is_packet(sample.title)) packets.push_back(std::move(sample));
    }
  }
  return packets;
}

template <class Record>
void check_same_bytes(std::string_view bytes) {
  const auto record = jute::decoded<Record>(bytes);
  REQUIRE(record);
  CHECK(tests::to_hex(jute::encoded(*record)) == tests::to_hex(bytes));
}

PacketType type_of(const QuorumPacket& packet) {
  return static_cast<PacketType>(packet.type);
}

QuorumPacket packet_in(const std::vector<tests::Sample>& samples, std::string_view title) {
  const auto packet = jute::decoded<QuorumPacket>(tests::sample_named(samples, title).bytes);
  REQUIRE(packet);
  return *packet;
}

}  // namespace

TEST_CASE("the list of plain quorum records is complete") {
  const size_t election_messages = 2;
  CHECK(std::tuple_size_v<AllRecords> + election_messages ==
        tests::count_structs("protocol/quorum/records.h"));
}

TEST_CASE("every quorum record survives the wire, and no spoiled encoding of it harms the reader") {
  CHECK(tests::laws_hold_for_all(std::type_identity<AllRecords>(), 500).value_or("") == "");
}

TEST_CASE("every recorded packet decodes and encodes back to its bytes, and so does what it carries") {
  size_t requests = 0;
  const auto packets = recorded_packets();
  CHECK(packets.size() == 136);
  for (const tests::Sample& sample : packets) {
    INFO(sample.title);
    check_same_bytes<QuorumPacket>(sample.bytes);
    const QuorumPacket packet = *jute::decoded<QuorumPacket>(sample.bytes);
    switch (type_of(packet)) {
      case PacketType::follower_info:
      case PacketType::observer_info:
        check_same_bytes<LearnerInfo>(packet.data.view());
        break;
      case PacketType::revalidate: {
        const bool answer = packet.data.size() == 9;
        answer ? check_same_bytes<SessionValid>(packet.data.view())
               : check_same_bytes<SessionTimeout>(packet.data.view());
        break;
      }
      case PacketType::request: {
        jute::Reader reader(packet.data.view());
        ForwardedHead head;
        CHECK(jute::decode(reader, head));
        ++requests;
        break;
      }
      default:
        break;
    }
  }
  CHECK(requests == 28);
}

TEST_CASE("recorded packets mean what the specification says") {
  const auto samples = tests::load_samples("quorum.txt");
  CHECK(packet_in(samples, "M>L LEADERINFO") == QuorumPacket{17, 0x100000000,
                                                             Buffer(std::string_view("\0\1\0\0", 4)),
                                                             Vector<client::Id>::make_null()});
  CHECK(packet_in(samples, "L>M ACK of NEWLEADER") ==
        QuorumPacket{3, 0x100000000, Buffer(), Vector<client::Id>::make_null()});
  const QuorumPacket info = packet_in(samples, "L>M FOLLOWERINFO");
  CHECK(*jute::decoded<LearnerInfo>(info.data.view()) == LearnerInfo{3, kProtocolJava, 0});
  const QuorumPacket idle = packet_in(samples, "L>M PING reply without");
  CHECK(idle.data == Buffer(""));
  const QuorumPacket touch = packet_in(samples, "L>M PING reply with one");
  CHECK(*jute::decoded<SessionTimeout>(touch.data.view()) == SessionTimeout{0x0300123456780000, 20000});
  const QuorumPacket valid = packet_in(samples, "M>L REVALIDATE reply valid=1");
  CHECK(*jute::decoded<SessionValid>(valid.data.view()) == SessionValid{0x0300123456780000, true});
}

TEST_CASE("a recorded REQUEST is a head, the client's own body and the client's identities") {
  const auto samples = tests::load_samples("quorum.txt");
  const QuorumPacket packet = packet_in(samples, "L>M REQUEST create /fake");
  CHECK(packet.authinfo == Vector<client::Id>{client::Id{"ip", "127.0.0.1"}});
  jute::Reader reader(packet.data.view());
  ForwardedHead head;
  REQUIRE(jute::decode(reader, head));
  CHECK(head == ForwardedHead{0x0300123456780000, 1, 1});
  const auto create = jute::decoded<client::CreateRequest>(reader.rest());
  REQUIRE(create);
  CHECK(create->path == Text("/fake"));
  CHECK(create->data == Buffer("hello"));
}

TEST_CASE("a recorded snapshot stream reads and encodes back to its bytes") {
  for (const auto& [file, title] :
       {std::pair("quorum.txt", "M>L snapshot"), std::pair("follower.txt", "leader: snapshot")}) {
    const auto samples = tests::load_samples(file);
    const std::string& bytes = tests::sample_named(samples, title).bytes;
    jute::Reader reader(bytes);
    std::string again;
    jute::Writer writer(again);
    Vector<SessionTimeout> sessions;
    Vector<SnapshotAcl> acls;
    REQUIRE((jute::decode(reader, sessions) && jute::decode(reader, acls)));
    jute::encode(writer, sessions);
    jute::encode(writer, acls);
    while (!reader.rest().starts_with(jute::encoded(Text(kSnapshotEnd)))) {
      SnapshotNode node;
      REQUIRE(jute::decode(reader, node));
      jute::encode(writer, node);
    }
    jute::encode(writer, Text(kSnapshotEnd));
    jute::encode(writer, Text(kSnapshotSignature));
    CHECK(tests::to_hex(again) == tests::to_hex(bytes));
  }
}

TEST_CASE("a LearnerInfo may end behind each of its fields") {
  const std::string bytes = jute::encoded(LearnerInfo{3, kProtocolJava, 5});
  CHECK(*jute::decoded<LearnerInfo>(bytes) == LearnerInfo{3, kProtocolJava, 5});
  CHECK(*jute::decoded<LearnerInfo>(bytes.substr(0, 12)) == LearnerInfo{3, kProtocolJava, std::nullopt});
  CHECK(*jute::decoded<LearnerInfo>(bytes.substr(0, 8)) == LearnerInfo{3, std::nullopt, std::nullopt});
  CHECK_FALSE(jute::decoded<LearnerInfo>(bytes.substr(0, 7)));
}
