#include "server/net/polling_loop.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <catch2/catch.hpp>
#include <future>
#include <thread>

namespace paddock::net {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr microseconds kMoment{200};

// How often a loop whose gaps all end so tries in so many sleeps.
int tries(PollingChance& chance, int sleeps, bool met_work) {
  int count = 0;
  for (int sleep = 0; sleep < sleeps; ++sleep) {
    if (!chance.is_worth_a_try()) continue;
    ++count;
    chance.tried(met_work);
  }
  return count;
}

}  // namespace

TEST_CASE(
    "a loop that meets no work in its moments hardly tries any more, and tries always when it does again") {
  PollingChance chance;
  CHECK(tries(chance, 6100, false) == 100);
  CHECK(tries(chance, 1061, true) > 1000);
  CHECK(tries(chance, 100, true) == 100);
  CHECK(tries(chance, 6100, false) <= 16 + 100);
}

TEST_CASE("gaps that are short every second time keep the loop trying") {
  PollingChance chance;
  tries(chance, 61, true);
  for (int gap = 0; gap < 1000; ++gap) {
    REQUIRE(chance.is_worth_a_try());
    chance.tried(gap % 2 == 0);
  }
}

TEST_CASE("a polling loop does all there is to do, and ends when it has nothing to wait for") {
  for (const microseconds moment : {microseconds{0}, kMoment}) {
    boost::asio::io_context io(1);
    int done = 0;
    boost::asio::steady_timer timer(io);
    std::function<void()> wait = [&] {  // longer than a moment, and shorter, in turn
      timer.expires_after(done % 2 == 0 ? microseconds{20} : microseconds{400});
      timer.async_wait([&](boost::system::error_code) {
        if (++done < 300) wait();
      });
    };
    wait();
    boost::asio::post(io, [&] { ++done; });
    run_polling(io, moment);
    CHECK(done == 300);
  }
}

TEST_CASE("a polling loop hears other threads, asleep or not, and is stopped by one of them") {
  boost::asio::io_context io(1);
  auto work = boost::asio::make_work_guard(io);
  std::thread other([&] {
    for (int i = 0; i < 200; ++i) {
      std::promise<void> heard;
      boost::asio::post(io, [&] { heard.set_value(); });
      heard.get_future().wait();
    }
    io.stop();
  });
  run_polling(io, kMoment);
  other.join();
  CHECK(io.stopped());
}

}  // namespace paddock::net
