#include "server/store/checkpoint_thread.h"

#include <catch2/catch.hpp>

#include "tests/disks/faulty_env.h"
#include "tree_history.h"

namespace paddock::store {
namespace {

CheckpointThread::Hooks hooks(std::function<uint64_t()> log_tail_bytes) {
  return {[](const Base&, Zxid) {}, [](const Base&) {}, [] {}, std::move(log_tail_bytes),
          [](const Base&) { return uint64_t{0}; }};
}

TEST_CASE("nothing is checkpointed that the log does not hold durably") {
  FaultyEnv env;
  const int64_t durable = GENERATE(0, 5, 8);
  znode::State state({});
  {
    auto checkpoint = Checkpoint::open(env, "/data/checkpoint");
    REQUIRE((checkpoint.ok() && (*checkpoint)->load(state, {}).ok()));
    REQUIRE((*checkpoint)->write(state.full_delta()).ok());
    state.record_changes(true);
    Fatal fatal([](const Fault&) {});
    CheckpointThread thread(env, std::move(*checkpoint), {}, {{"/data", "/log"}, {}, 0},
                            hooks([] { return uint64_t{1} << 30; }), fatal);
    for (int64_t number = 1; number <= 8; ++number) {
      apply_to(state, tree_transaction(number));
      if (number == 5 || number == 8) thread.add(state.take_delta());
    }
    thread.log_durable(Zxid{durable});
    thread.stop();
    CHECK(thread.applied() == Zxid{durable});
    CHECK_FALSE(fatal.met());
  }
  auto checkpoint = Checkpoint::open(env, "/data/checkpoint");
  REQUIRE(checkpoint.ok());
  CHECK((*checkpoint)->applied() == Zxid{durable});
}

TEST_CASE("a delta is wanted when the log's tail is longer than allowed and than the data, and none waits") {
  FaultyEnv env;
  znode::State state({});
  auto checkpoint = Checkpoint::open(env, "/data/checkpoint", {.write_buffer_bytes = 64 << 10});
  REQUIRE((checkpoint.ok() && (*checkpoint)->load(state, {}).ok()));
  // More than a write buffer, so that some of it counts as data.
  for (int64_t number = 1; number <= 8; ++number) apply_to(state, tree_transaction(number, 100'000));
  REQUIRE((*checkpoint)->write(state.full_delta()).ok());
  state.record_changes(true);
  apply_to(state, tree_transaction(12, 100'000));
  REQUIRE((*checkpoint)->write(state.take_delta()).ok());
  while ((*checkpoint)->live_bytes() == 0) std::this_thread::yield();  // LevelDB's own thread makes a table
  const uint64_t live = (*checkpoint)->live_bytes();

  std::atomic<uint64_t> tail = 0;
  Fatal fatal([](const Fault&) {});
  constexpr uint64_t kTailBytes = 1000;
  CheckpointThread thread(env, std::move(*checkpoint), {}, {{"/data", "/log"}, {}, kTailBytes},
                          hooks([&] { return tail.load(); }), fatal);
  CHECK_FALSE(thread.wants_delta());
  tail = kTailBytes + 1;
  CHECK(kTailBytes < live);
  CHECK_FALSE(thread.wants_delta());
  tail = live + 1;
  CHECK(thread.wants_delta());
  apply_to(state, tree_transaction(16));
  thread.add(state.take_delta());
  CHECK_FALSE(thread.wants_delta());
  thread.log_durable(Zxid{16});
  while (thread.applied() < Zxid{16}) std::this_thread::yield();
  tail = uint64_t{1} << 40;
  while (!thread.wants_delta()) std::this_thread::yield();
}

}  // namespace
}  // namespace paddock::store
