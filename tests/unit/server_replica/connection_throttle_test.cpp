#include "server/replica/connection_throttle.h"

#include <catch2/catch.hpp>

#include "server.h"

namespace paddock::replica {
using namespace testing;

namespace {

constexpr Instant kStart{1'000'000'000'000};

int admitted(ConnectionThrottle& throttle, int asked, Instant now, bool renews = false) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += throttle.admits(renews, now) ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("without tokens everybody is let in") {
  ConnectionThrottle throttle({}, Random(1), kStart);
  CHECK(admitted(throttle, 1000, kStart) == 1000);
}

TEST_CASE("a full bucket is let in at once, and then what flows in, never more than the bucket") {
  ThrottleOptions options;
  options.tokens = 5;
  options.fill_time_ms = 100;
  options.fill_count = 2;
  ConnectionThrottle throttle(options, Random(1), kStart);
  CHECK(admitted(throttle, 10, kStart) == 5);
  CHECK(admitted(throttle, 10, kStart.plus_ms(100)) == 0);
  CHECK(admitted(throttle, 10, kStart.plus_ms(150)) == 3);
  CHECK(admitted(throttle, 10, kStart.plus_ms(1'000'000)) == 5);
  options.tokens = INT32_MAX;
  options.fill_count = INT32_MAX;
  ConnectionThrottle large(options, Random(1), kStart);
  CHECK(large.admits(false, kStart.plus_ms(int64_t{1} << 40)));
}

TEST_CASE("with weights a bucket counts new sessions, and one that is renewed or local costs less") {
  ThrottleOptions options;
  options.tokens = 2;
  options.fill_time_ms = 1'000'000;
  options.weighted = true;
  ConnectionThrottle fresh(options, Random(1), kStart);
  CHECK(admitted(fresh, 10, kStart) == 2);
  ConnectionThrottle renewed(options, Random(1), kStart);
  CHECK(admitted(renewed, 10, kStart, true) == 3);
  options.local_sessions = true;
  ConnectionThrottle local(options, Random(1), kStart);
  CHECK(admitted(local, 10, kStart) == 6);
}

TEST_CASE("an empty bucket raises the chance to be turned away, one that is filled lowers it") {
  ThrottleOptions options;
  options.tokens = 10;
  options.fill_time_ms = 1;
  options.fill_count = 10;
  options.freeze_time_ms = 10;
  options.drop_increase = 1;
  options.drop_decrease = 0.5;
  options.decrease_ratio = 0.1;
  ConnectionThrottle throttle(options, Random(7), kStart);
  CHECK(admitted(throttle, 20, kStart.plus_ms(1)) == 10);
  options.fill_count = 0;
  ConnectionThrottle dry(options, Random(7), kStart);
  CHECK(admitted(dry, 10, kStart) == 10);
  // The bucket is empty when the freeze time is over: the chance becomes 1.
  CHECK(admitted(dry, 100, kStart.plus_ms(11)) == 0);
}

TEST_CASE("whoever is turned away loses the connection without a word, and is counted") {
  Server server;
  server.options.connection_throttle.tokens = 1;
  server.options.connection_throttle.fill_time_ms = 1'000'000;
  server.client();
  Client second = server.connection();
  CHECK_FALSE(second.ask_session(new_session()));
  CHECK(second.heard() == Heard{"closed"});
  CHECK(server.replica().status(server.now()).stats.connections_throttled == 1);
}

}  // namespace paddock::replica
