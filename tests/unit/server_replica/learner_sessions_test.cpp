#include <catch2/catch.hpp>
#include <map>

#include "server/replica/revalidation.h"
#include "server/replica/touches.h"

namespace paddock::replica {
namespace {

constexpr SessionId kA{0xa};
constexpr SessionId kB{0xb};

std::map<int64_t, int32_t> decoded_touches(const Bytes& data) {
  std::map<int64_t, int32_t> touches;
  jute::Reader reader(data.view());
  for (quorum::SessionTimeout touch; !reader.at_end() && jute::decode(reader, touch);) {
    CHECK(touches.emplace(touch.session_id, touch.timeout_ms).second);
  }
  CHECK(reader.ok());
  return touches;
}

}  // namespace

TEST_CASE("a session that was heard of often is told once, with its last timeout") {
  Touches touches;
  touches.touch(kA, 4000);
  touches.touch(kB, 5000);
  touches.touch(kA, 6000);
  CHECK(decoded_touches(touches.take()) == std::map<int64_t, int32_t>{{kA.value, 6000}, {kB.value, 5000}});
  CHECK(touches.take().empty());
}

TEST_CASE("touches of a role that ended are not told to the next leader") {
  Touches touches;
  touches.touch(kA, 4000);
  touches.reset();
  CHECK(touches.take().empty());
}

TEST_CASE("a REVALIDATE names session and timeout, its answer finds who waited longest for that session") {
  Revalidation revalidation;
  const Bytes data = revalidation.ask(kA, {ConnectionId{1}, {}}, 4000);
  CHECK(jute::decoded<quorum::SessionTimeout>(data.view()) == quorum::SessionTimeout{kA.value, 4000});
  revalidation.ask(kB, {ConnectionId{2}, {}}, 4000);
  revalidation.ask(kA, {ConnectionId{3}, {}}, 4000);
  CHECK(revalidation.answered(kA).connection == ConnectionId{1});
  CHECK(revalidation.answered(kB).connection == ConnectionId{2});
  CHECK_FALSE(revalidation.idle());
  CHECK(revalidation.answered(kA).connection == ConnectionId{3});
  CHECK(revalidation.idle());
  CHECK(revalidation.answered(kA).connection == ConnectionId{});
}

}  // namespace paddock::replica
