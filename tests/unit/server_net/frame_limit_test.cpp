#include "server/net/frame_limit.h"

#include "server_fixture.h"

using namespace paddock;
using namespace paddock::net;
using Verdict = FrameLimit::Verdict;

namespace {

std::string number(int32_t value) {
  std::string bytes(4, '\0');
  jute::store_int(bytes.data(), value);
  return bytes;
}

// The beginning of a request of that type, with the length that it claims.
std::string begun(int32_t length, int32_t type) {
  return number(length) + number(1) + number(type);
}

constexpr int32_t kGetData = 4;
constexpr int32_t kSetWatches = 101;
constexpr int32_t kSetWatches2 = 105;

}  // namespace

TEST_CASE("a frame up to the limit fits, whatever it is") {
  const FrameLimit limit(1000);
  CHECK(limit.verdict(number(1000)) == Verdict::fits);
  CHECK(limit.verdict(number(0)) == Verdict::fits);
  CHECK(limit.verdict("abc") == Verdict::undecided);
}

TEST_CASE("above the limit only what client libraries repeat by themselves fits, and not for ever") {
  const FrameLimit limit(1000);
  CHECK(limit.verdict(number(1001)) == Verdict::undecided);
  CHECK(limit.verdict(begun(1001, kGetData)) == Verdict::too_large);
  CHECK(limit.verdict(begun(1001, kSetWatches)) == Verdict::fits);
  CHECK(limit.verdict(begun(4000, kSetWatches2)) == Verdict::fits);
  CHECK(limit.verdict(begun(4001, kSetWatches2)) == Verdict::too_large);
  CHECK(limit.verdict(number(4001)) == Verdict::too_large);
  CHECK(limit.verdict(number(-1)) == Verdict::too_large);
  CHECK(FrameLimit(0x7fffffff).widest() == 0x7fffffff);
}

TEST_CASE("watches that do not fit into the limit are taken whole, and the next frame is measured again") {
  ClientServerOptions options;
  options.max_frame = 10000;
  ServerFixture fixture(options);
  auto client = fixture.connect_with_session();
  const std::string watches = number(-8) + number(kSetWatches) + std::string(30000, 'w');
  const std::string stream = framed(watches) + framed("next");
  // The length, then the type, then the rest: it is not given up before the type is known.
  fixture.write(client, stream.substr(0, 4));
  fixture.settle();
  fixture.write(client, stream.substr(4, 8));
  fixture.settle();
  fixture.write(client, stream.substr(12));
  CHECK(fixture.read(client, stream.size()) == stream);
  fixture.write(client, begun(30008, kGetData) + std::string(30000, 'x'));
  CHECK(fixture.read_to_end(client).empty());
}

TEST_CASE("a request above the threshold comes in only if there is room for it") {
  ClientServerOptions options;
  options.large_request = 1000;
  ServerFixture fixture(options);
  fixture.room = 2000;
  auto client = fixture.connect_with_session();
  const std::string fitting = framed(std::string(2000, 'f')) + framed(std::string(1000, 's'));
  fixture.write(client, fitting);
  CHECK(fixture.read(client, fitting.size()) == fitting);

  // Asked as soon as the length is there.
  fixture.write(client, begun(2001, kGetData) + number(4) + "/big");
  CHECK(fixture.read_to_end(client).empty());
  fixture.until([&] { return !fixture.remarks.empty(); });
  CHECK(fixture.remarks.front() ==
        "127.0.0.1 sent getData of /big with 2001 bytes; largeRequestMaxBytes has no room for them now, and "
        "its connection is closed");
  CHECK(fixture.server->counters().large_requests_rejected == 1);
}
