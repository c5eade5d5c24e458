#include "protocol/client/records.h"

#include <catch2/catch.hpp>
#include <map>

#include "protocol/client/multi.h"
#include "protocol/jute/frame_splitter.h"
#include "tests/records/bodies.h"
#include "tests/records/laws.h"
#include "tests/records/samples.h"

using namespace paddock;
using namespace paddock::client;

namespace {

// The frame that a sample holds, cut out as a server would.
std::string unframed(const tests::Sample& sample) {
  jute::FrameSplitter splitter(0xfffff);
  const auto space = splitter.space(sample.bytes.size());
  std::copy(sample.bytes.begin(), sample.bytes.end(), space.begin());
  splitter.commit(sample.bytes.size());
  const auto frame = splitter.next();
  REQUIRE(frame);
  CHECK(splitter.pending().empty());
  return std::string(*frame);
}

template <class Record>
void check_same_bytes(std::string_view bytes) {
  const auto record = jute::decoded<Record>(bytes);
  REQUIRE(record);
  CHECK(tests::to_hex(jute::encoded(*record)) == tests::to_hex(bytes));
}

void check_multi_request(std::string_view bytes) {
  jute::Reader reader(bytes);
  std::vector<MultiOp> ops;
  REQUIRE(decode_multi(reader, ops));
  CHECK(reader.at_end());
  std::string again;
  jute::Writer writer(again);
  encode_multi(writer, ops);
  CHECK(tests::to_hex(again) == tests::to_hex(bytes));
}

void check_multi_reply(std::string_view bytes) {
  jute::Reader reader(bytes);
  std::vector<MultiResult> results;
  REQUIRE(decode_multi_results(reader, results));
  CHECK(reader.at_end());
  std::string again;
  jute::Writer writer(again);
  encode_multi_results(writer, results);
  CHECK(tests::to_hex(again) == tests::to_hex(bytes));
}

bool is_multi(OpCode type) {
  return type == OpCode::multi || type == OpCode::multi_read;
}

// What a client and a server said, one connection after the other.
class Dialogue {
 public:
  void hear(const tests::Sample& sample) {
    INFO(sample.title);
    const std::string frame = unframed(sample);
    if (sample.title.starts_with("request:")) hear_request(sample.title, frame);
    if (sample.title.starts_with("reply:")) hear_reply(frame);
    if (sample.title.starts_with("event:")) hear_event(frame);
  }

 private:
  void hear_request(std::string_view title, std::string_view frame) {
    jute::Reader reader(frame);
    RequestHeader header;
    REQUIRE(jute::decode(reader, header));
    const auto type = asked_[header.xid] = static_cast<OpCode>(header.type);
    if (title.find("undecodable") != std::string_view::npos) {
      std::vector<MultiOp> ops;
      CHECK_FALSE(decode_multi(reader, ops));
    } else if (is_multi(type)) {
      check_multi_request(reader.rest());
    } else {
      CHECK(tests::visit_request_record(
          type, [&]<class Record>(std::type_identity<Record>) { check_same_bytes<Record>(reader.rest()); }));
    }
  }

  void hear_reply(std::string_view frame) {
    jute::Reader reader(frame);
    ReplyHeader header;
    REQUIRE(jute::decode(reader, header));
    REQUIRE(asked_.count(header.xid) == 1);
    const OpCode type = asked_[header.xid];
    if (header.err != 0) {
      CHECK(reader.at_end());
    } else if (is_multi(type)) {
      check_multi_reply(reader.rest());
    } else {
      CHECK(tests::visit_reply_record(
          type, [&]<class Record>(std::type_identity<Record>) { check_same_bytes<Record>(reader.rest()); }));
    }
  }

  void hear_event(std::string_view frame) {
    jute::Reader reader(frame);
    ReplyHeader header;
    REQUIRE(jute::decode(reader, header));
    CHECK(header == ReplyHeader{kXidNotification, -1, 0});
    check_same_bytes<WatcherEvent>(reader.rest());
  }

  std::map<int32_t, OpCode> asked_;
};

}  // namespace

TEST_CASE("every recorded request, reply and event decodes and encodes back to its bytes") {
  for (const std::string_view file : {"requests.txt", "multi.txt", "watches.txt"}) {
    Dialogue dialogue;
    for (const tests::Sample& sample : tests::load_samples(file)) dialogue.hear(sample);
  }
  const auto reconfig = tests::load_samples("reconfig.txt");
  Dialogue dialogue;
  dialogue.hear(tests::sample_named(reconfig, "request:"));
  dialogue.hear(tests::sample_named(reconfig, "reply:"));
}

TEST_CASE("every recorded connect record decodes and encodes back to its bytes, with and without readOnly") {
  size_t without = 0;
  for (const std::string_view file : {"connect.txt", "readonly.txt"}) {
    for (const tests::Sample& sample : tests::load_samples(file)) {
      INFO(sample.title);
      if (sample.title.starts_with("ConnectRequest")) check_same_bytes<ConnectRequest>(unframed(sample));
      if (sample.title.starts_with("ConnectResponse")) check_same_bytes<ConnectResponse>(unframed(sample));
      if (sample.title.starts_with("ConnectRequest without")) {
        CHECK_FALSE(jute::decoded<ConnectRequest>(unframed(sample))->read_only);
        ++without;
      }
    }
  }
  CHECK(without == 1);
}
