#include "server/store/checkpoint_thread.h"

#include <catch2/catch.hpp>

#include "faulty_env.h"
#include "tree_history.h"

namespace paddock::store {
namespace {

TEST_CASE("nothing is checkpointed that the log does not hold durably") {
  FaultyEnv env;
  const int64_t durable = GENERATE(0, 5, 8);
  znode::State state({});
  {
    auto checkpoint = Checkpoint::open(env, "/data/checkpoint");
    REQUIRE((checkpoint.ok() && (*checkpoint)->load(state, {}).ok()));
    REQUIRE((*checkpoint)->add(state.full_delta()).ok());
    REQUIRE((*checkpoint)->flush().ok());
    state.record_changes(true);
    Fatal fatal([](const Fault&) {});
    CheckpointThread thread(std::move(*checkpoint), 0,
                            {[](Zxid) {}, [] { return uint64_t{1} << 30; }, [] { return uint64_t{0}; }},
                            fatal);
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

}  // namespace
}  // namespace paddock::store
