// The first byte is how many bytes arrive at a time: neither the elements nor the end may depend on it.
#include "protocol/quorum/snapshot_stream.h"

#include <vector>

#include "protocol/jute/codec.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

namespace {

constexpr int32_t kMaxBuffer = 600;

struct Elements final : quorum::SnapshotVisitor {
  Status session(const quorum::SessionTimeout& session) override { return keep(session); }
  Status acl(const quorum::SnapshotAcl& acl) override { return keep(acl); }
  Status node(const quorum::SnapshotNode& node) override { return keep(node); }
  template <class Record>
  Status keep(const Record& record) {
    PADDOCK_CHECK(jute::encoded_size(record) <= 2 * kMaxBuffer + 128, "an element beyond the limits");
    encoded.push_back(jute::encoded(record));
    return ok_status();
  }
  std::vector<std::string> encoded;
};

struct Outcome {
  std::vector<std::string> elements;
  size_t consumed = 0;
  bool fault = false;
  bool ended = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome parse(std::string_view stream, size_t at_a_time) {
  Elements elements;
  quorum::SnapshotParser parser(elements, kMaxBuffer);
  quorum::SnapshotScanner scanner(kMaxBuffer);
  Outcome outcome;
  while (!stream.empty() && !outcome.fault && !parser.ended()) {
    const std::string_view arrived = stream.substr(0, at_a_time);
    stream.remove_prefix(arrived.size());
    const auto fed = parser.feed(arrived);
    const auto passed = scanner.pass(arrived);
    PADDOCK_CHECK(fed.ok() == passed.ok() && parser.ended() == scanner.ended(), "scanner and parser differ");
    PADDOCK_CHECK(!fed.ok() || (*fed == *passed && (*fed == arrived.size() || parser.ended())),
                  "{} of {} bytes consumed before the end", *fed, arrived.size());
    outcome.fault = !fed.ok();
    outcome.consumed += fed.ok() ? *fed : 0;
  }
  outcome.ended = parser.ended();
  outcome.elements = std::move(elements.encoded);
  if (outcome.fault) outcome.consumed = 0;
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view stream = fuzz::text_of(data, size).substr(1);
  const Outcome whole = parse(stream, std::max<size_t>(stream.size(), 1));
  PADDOCK_CHECK(parse(stream, 1 + data[0]) == whole, "the elements differ when {} bytes come at a time",
                1 + data[0]);
  return 0;
}
