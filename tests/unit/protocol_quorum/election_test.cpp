#include "protocol/quorum/records.h"

#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "tests/records/allocations.h"
#include "tests/records/generate.h"
#include "tests/records/laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::quorum;
using tests::from_hex;

namespace {

std::optional<ElectionHello> hello_of(std::string_view bytes, size_t& consumed) {
  const auto hello = decode_hello(bytes, consumed);
  REQUIRE(hello.ok());
  return *hello;
}

bool is_refused(std::string_view hello) {
  size_t consumed = 0;
  return !decode_hello(hello, consumed).ok();
}

std::string notice(int32_t state, int64_t zxid, std::string_view tail) {
  std::string bytes;
  jute::Writer writer(bytes);
  writer.write_int(state);
  writer.write_long(3);
  writer.write_long(zxid);
  writer.write_long(9);
  writer.write_raw(tail);
  return bytes;
}

Notification any_notification(tests::Generator& generator) {
  Notification notification;
  notification.state = static_cast<PeerState>(generator.random().below(4));
  notification.leader = generator.make<ServerId>();
  notification.zxid = generator.make<Zxid>();
  notification.round = generator.make<SessionTimeout>().session_id;
  notification.peer_epoch = generator.make<SessionTimeout>().session_id;
  notification.config = generator.make<client::PathRecord>().path.str();
  return notification;
}

constexpr size_t kLength = 4;

}  // namespace

TEST_CASE("recorded notifications decode and encode back to their bytes") {
  size_t count = 0;
  for (const tests::Sample& sample : tests::load_samples("quorum.txt")) {
    if (!sample.title.starts_with("notification") && !sample.title.starts_with("answer of server")) continue;
    INFO(sample.title);
    const auto notification = decode_notification(std::string_view(sample.bytes).substr(kLength));
    REQUIRE(notification.ok());
    CHECK(tests::to_hex(encode_notification(*notification)) == tests::to_hex(sample.bytes));
    ++count;
  }
  CHECK(count == 4);
}

TEST_CASE("recorded notifications mean what the specification says") {
  const auto samples = tests::load_samples("quorum.txt");
  const auto own =
      decode_notification(tests::sample_named(samples, "notification LOOKING").bytes.substr(kLength));
  CHECK(*own == Notification{PeerState::looking, ServerId{3}, Zxid{0}, 1, 0, 2, ""});
  const auto answer =
      decode_notification(tests::sample_named(samples, "answer of server 2").bytes.substr(kLength));
  CHECK(answer->state == PeerState::leading);
  CHECK(answer->leader == ServerId{2});
  CHECK(answer->peer_epoch == 1);
  CHECK(answer->config.starts_with("server.1=127.0.0.1:32101:32201:participant\n"));
  CHECK(answer->config.ends_with("\nversion=100000000"));
}

TEST_CASE("the 28-byte form takes its epoch from the zxid") {
  const auto notification = decode_notification(notice(2, 0x500000007, ""));
  REQUIRE(notification.ok());
  CHECK(*notification == Notification{PeerState::leading, ServerId{3}, Zxid{0x500000007}, 9, 5, 0, ""});
}

TEST_CASE("the 40-byte form of 3.4 counts as version 0, whatever it writes") {
  const auto notification = decode_notification(notice(0, 1, from_hex("0000000000000004 00000001")));
  REQUIRE(notification.ok());
  CHECK(*notification == Notification{PeerState::looking, ServerId{3}, Zxid{1}, 9, 4, 0, ""});
}

TEST_CASE("a version above 1 brings a configuration, a lower one does not") {
  const auto newer = decode_notification(notice(0, 1, from_hex("0000000000000004 00000003 00000002 6869")));
  REQUIRE(newer.ok());
  CHECK(newer->version == 3);
  CHECK(newer->config == "hi");
  const auto older = decode_notification(notice(0, 1, from_hex("0000000000000004 00000001 00000002 6869")));
  REQUIRE(older.ok());
  CHECK(older->config.empty());
}

TEST_CASE("notifications that every server drops are faults") {
  const std::string whole = notice(0, 1, from_hex("0000000000000004 00000002 00000002 6869"));
  REQUIRE(decode_notification(whole).ok());
  for (size_t size = 0; size < whole.size(); ++size) {
    INFO(size << " bytes");
    const bool older_form = size == 28 || size == 40;
    CHECK(decode_notification(whole.substr(0, size)).ok() == older_form);
  }
  CHECK_FALSE(decode_notification(notice(4, 1, "")).ok());
  CHECK_FALSE(decode_notification(notice(-1, 1, "")).ok());
  CHECK_FALSE(decode_notification(notice(0, 1, from_hex("0000000000000004 00000002 ffffffff"))).ok());
  CHECK_FALSE(decode_notification(notice(0, 1, from_hex("0000000000000004 00000002 fffffffe"))).ok());
  CHECK_FALSE(decode_notification(notice(0, 1, from_hex("0000000000000004 00000002 7fffffff 6869"))).ok());
}

TEST_CASE("generated notifications survive the wire; spoiled ones do no harm") {
  tests::Generator generator(1);
  for (int round = 0; round < 2000; ++round) {
    const Notification notification = any_notification(generator);
    const std::string frame = encode_notification(notification);
    REQUIRE(static_cast<size_t>(jute::load_int(frame.data())) == frame.size() - kLength);
    REQUIRE(*decode_notification(std::string_view(frame).substr(kLength)) == notification);
    const std::string bytes = tests::spoiled(generator.random(), frame.substr(kLength));
    tests::AllocationMeter meter;
    const bool accepted = decode_notification(bytes).ok();
    REQUIRE(meter.largest() <= tests::fair_allocation(bytes.size()));
    if (!accepted) continue;
    const Notification read = *decode_notification(bytes);
    const std::string again = encode_notification(read);
    REQUIRE(decode_notification(std::string_view(again).substr(kLength))->config == read.config);
  }
}

TEST_CASE("the recorded hello decodes and encodes back to its bytes") {
  const auto samples = tests::load_samples("quorum.txt");
  const std::string& bytes = tests::sample_named(samples, "election hello").bytes;
  size_t consumed = 0;
  const ElectionHello expected{ServerId{3}, "127.0.0.1:32203"};
  CHECK(hello_of(bytes + "what follows", consumed) == expected);
  CHECK(consumed == bytes.size());
  CHECK(tests::to_hex(encode_hello(expected)) == tests::to_hex(bytes));
}

TEST_CASE("a hello is the bare id of 3.4, one address (V1) or several (V2)") {
  for (const ElectionHello& hello : {ElectionHello{ServerId{7}, ""}, ElectionHello{ServerId{7}, "a:1"},
                                     ElectionHello{ServerId{7}, "a:1|b:2"}}) {
    const std::string bytes = encode_hello(hello);
    size_t consumed = 0;
    CHECK(hello_of(bytes, consumed) == hello);
    CHECK(consumed == bytes.size());
  }
  CHECK(encode_hello({ServerId{7}, ""}) == from_hex("0000000000000007"));
  CHECK(jute::load_long(encode_hello({ServerId{7}, "a:1"}).data()) == kHelloV1);
  CHECK(jute::load_long(encode_hello({ServerId{7}, "a:1|b:2"}).data()) == kHelloV2);
}

TEST_CASE("a hello that is not all there yet asks for more and consumes nothing") {
  const std::string bytes = encode_hello({ServerId{7}, "host:3888"});
  for (size_t size = 0; size < bytes.size(); ++size) {
    size_t consumed = 99;
    CHECK_FALSE(hello_of(std::string_view(bytes).substr(0, size), consumed));
    CHECK(consumed == 0);
  }
}

TEST_CASE(
    "a hello of an unknown version or with an impossible length is refused before its address is there") {
  CHECK(is_refused(from_hex("fffffffffffeffff")));
  CHECK(is_refused(from_hex("ffffffffffffffff")));
  CHECK(is_refused(from_hex("ffffffffffff0000 0000000000000003 00000000")));
  CHECK(is_refused(from_hex("ffffffffffff0000 0000000000000003 ffffffff")));
  CHECK(is_refused(from_hex("ffffffffffff0000 0000000000000003 00000801")));
  CHECK_FALSE(is_refused(from_hex("ffffffffffff0001 0000000000000003 00000800")));
}
