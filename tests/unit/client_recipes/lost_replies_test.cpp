// What a recipe makes of a reply that never came, and of a server that lags behind the one that was lost.
#include "client/recipes/barrier.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "../client/fake_server.h"
#include "client/helpers.h"
#include "client/recipes/election.h"
#include "client/recipes/leader_latch.h"
#include "client/recipes/locking_queue.h"
#include "client/recipes/queue.h"
#include "client/recipes/semaphore.h"

namespace paddock::recipes {
namespace {

using client::Answer;
using client::OpCode;

constexpr int64_t kSession = 0x77;

// A client and the server that it knows, on the test's own thread.
struct Scene {
  explicit Scene(client::FakeServer::Script script) : server(io, std::move(script)) {
    client::ClientOptions options;
    options.renew_sessions = true;
    zk = std::make_shared<client::AsyncClient>(io.get_executor(),
                                               client::ConnectString{{server.address()}, ""}, options);
  }
  // `start`: Async<Outcome<T>>().
  template <class Start>
  auto run(Start start) {
    using Result = typename decltype(start())::value_type;
    std::optional<Result> result;
    boost::asio::co_spawn(io, start(),
                          [&](const std::exception_ptr&, Result got) { result = std::move(got); });
    client::run_until(io, [&] { return result.has_value(); });
    return std::move(*result);
  }
  auto count(OpCode type) const { return std::count(server.seen().begin(), server.seen().end(), type); }

  boost::asio::io_context io;
  client::FakeServer server;
  ClientPtr zk;
  client::LastWords last_words{io, zk};
};

Answer children(std::vector<std::string_view> names) {
  client::GetChildren2Response response;
  for (const std::string_view name : names) response.children.items.push_back(name);
  return {.body = jute::encoded(response)};
}

Answer node_of(int64_t owner, std::string_view data) {
  client::Stat stat;
  stat.ephemeral_owner = owner;
  stat.czxid = 5;
  return {.body = jute::encoded(client::GetDataResponse{data, stat})};
}

Answer created(std::string_view path) {
  client::Stat stat;
  stat.ephemeral_owner = kSession;
  return {.body = jute::encoded(client::Create2Response{path, stat})};
}

std::string_view data_of_create(std::string_view body) {
  return jute::decoded<client::CreateRequest>(body)->data.view();
}

}  // namespace

TEST_CASE("a path is made in the next session when this one ends meanwhile") {
  int asked = 0;
  Scene scene([&](OpCode, std::string_view) {
    return ++asked == 1 ? Answer{.err = ErrorCode::session_expired} : created("/a");
  });
  const auto made = scene.run([&] { return client::ensure_path(scene.zk, "/a"); });
  CHECK(made.err == ErrorCode::ok);
  CHECK(asked == 2);
}

TEST_CASE("an item of LockingQueue whose mark's reply was lost is ours, though the next server lags behind") {
  std::string mark;
  bool synced = false;
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::sync) synced = true;
    if (type == OpCode::get_children2) {
      const auto path = jute::decoded<client::PathWatchRequest>(body)->path;
      return path.view() == "/q/entries" ? children({"entry-100-0000000001"}) : children({});
    }
    if (type == OpCode::create2) {
      if (jute::decoded<client::CreateRequest>(body)->path.view() != "/q/taken/entry-100-0000000001")
        return {.err = ErrorCode::node_exists};
      mark = data_of_create(body);
      return {.drop = true};
    }
    if (type != OpCode::get_data) return {};
    const auto path = jute::decoded<client::PathWatchRequest>(body)->path;
    if (path.view() == "/q/entries/entry-100-0000000001") return node_of(0, "work");
    return synced ? node_of(kSession, mark) : Answer{.err = ErrorCode::no_node};
  });
  LockingQueue queue(scene.zk, "/q");
  const auto taken = scene.run([&] { return queue.take(Deadline::in_ms(3000)); });
  CHECK(taken.err == ErrorCode::ok);
  CHECK(taken.value.data == "work");
}

TEST_CASE(
    "an item of LockingQueue whose end's reply was lost is finished, though the next server lags behind") {
  bool synced = false;
  int commits = 0;
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::sync) synced = true;
    if (type == OpCode::get_children2) {
      const auto path = jute::decoded<client::PathWatchRequest>(body)->path;
      return path.view() == "/q/entries" ? children({"entry-100-0000000001"}) : children({});
    }
    if (type == OpCode::create2) return created(jute::decoded<client::CreateRequest>(body)->path.view());
    if (type == OpCode::get_data) return node_of(kSession, "work");
    if (type == OpCode::exists) {
      if (synced) return {.err = ErrorCode::no_node};
      return {.body = jute::encoded(client::StatResponse{})};
    }
    if (type != OpCode::multi) return {};
    return ++commits == 1 ? Answer{.drop = true} : Answer{.err = ErrorCode::no_node};
  });
  LockingQueue queue(scene.zk, "/q");
  auto taken = scene.run([&] { return queue.take(Deadline::in_ms(3000)); });
  REQUIRE(taken.err == ErrorCode::ok);
  const auto finished = scene.run([&] { return queue.finish(std::move(taken.value)); });
  CHECK(finished.err == ErrorCode::ok);
  CHECK(commits == 1);
}

TEST_CASE("who has lost an item of LockingQueue with his session leaves the mark to whoever has it now") {
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::get_children2) {
      const auto path = jute::decoded<client::PathWatchRequest>(body)->path;
      return path.view() == "/q/entries" ? children({"entry-100-0000000001"}) : children({});
    }
    if (type == OpCode::create2) return created(jute::decoded<client::CreateRequest>(body)->path.view());
    return type == OpCode::get_data ? node_of(kSession, "work") : Answer{};
  });
  LockingQueue queue(scene.zk, "/q");
  auto taken = scene.run([&] { return queue.take(Deadline::in_ms(3000)); });
  REQUIRE(taken.err == ErrorCode::ok);
  scene.server.forget_sessions(0x88);
  scene.server.drop_connections();
  client::run_until(scene.io, [&] { return taken.value.mine.is_lost(); });
  taken.value = {};
  const auto after = scene.run([&] { return scene.zk->async_sync("/q", use_awaitable); });
  CHECK(after.err == ErrorCode::ok);
  CHECK(scene.count(OpCode::remove) == 0);
}

TEST_CASE("an item of Queue that may have been taken by a lost request is in doubt, not somebody else's") {
  int removals = 0;
  Scene scene([&](OpCode type, std::string_view) -> Answer {
    if (type == OpCode::get_children2)
      return removals == 0 ? children({"entry-100-0000000001"}) : children({});
    if (type == OpCode::get_data) return node_of(0, "work");
    if (type != OpCode::remove) return {};
    return ++removals == 1 ? Answer{.drop = true} : Answer{.err = ErrorCode::no_node};
  });
  Queue queue(scene.zk, "/q");
  const auto taken = scene.run([&] { return queue.try_take(); });
  CHECK(taken.err == ErrorCode::connection_loss);
  CHECK(taken.value == "work");
}

TEST_CASE("who gives up while he opens a double barrier is no member any more") {
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::exists) return {.err = ErrorCode::no_node};
    if (type == OpCode::get_children2) return children({"somebody", "and somebody else"});
    if (type == OpCode::multi) return {.silent = true};
    if (type != OpCode::create2) return {};
    return created(jute::decoded<client::CreateRequest>(body)->path.view());
  });
  DoubleBarrier barrier(scene.zk, "/barrier", 2);
  const auto entered = scene.run([&] { return barrier.enter(Deadline::in_ms(50)); });
  CHECK(entered.err == ErrorCode::operation_timeout);
  client::run_until(scene.io, [&] { return scene.count(OpCode::remove) == 1; });
}

TEST_CASE("who is no member any more opens no double barrier for whoever comes next") {
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::exists) return {.err = ErrorCode::no_node};
    if (type == OpCode::get_children2) return children({"somebody", "and somebody else"});
    if (type == OpCode::multi) return {.err = ErrorCode::no_node};
    if (type != OpCode::create2) return {};
    return created(jute::decoded<client::CreateRequest>(body)->path.view());
  });
  DoubleBarrier barrier(scene.zk, "/barrier", 2);
  const auto entered = scene.run([&] { return barrier.enter(); });
  CHECK(entered.err == ErrorCode::session_expired);
}

TEST_CASE("a semaphore is agreed upon in the next session when this one ends meanwhile") {
  int written = 0;
  Scene scene([&](OpCode type, std::string_view) -> Answer {
    if (type == OpCode::create2) return {.err = ErrorCode::node_exists};
    if (type == OpCode::get_data) return node_of(0, written < 2 ? "" : "4");
    if (type != OpCode::set_data) return {};
    return ++written == 1 ? Answer{.err = ErrorCode::session_expired}
                          : Answer{.body = jute::encoded(client::StatResponse{})};
  });
  // Others think that there are four.
  Semaphore semaphore(scene.zk, "/s", 3);
  const auto hold = scene.run([&] { return semaphore.acquire(Deadline::in_ms(100)); });
  CHECK(written == 2);
  CHECK(hold.err != ErrorCode::session_expired);
}

TEST_CASE("who observes an election looks again when the session ended under his look") {
  int looks = 0;
  Scene scene([&](OpCode type, std::string_view) -> Answer {
    if (type == OpCode::get_children2) return children({"0123__lock__0000000001"});
    if (type != OpCode::get_data) return {};
    return ++looks == 1 ? Answer{.err = ErrorCode::session_expired} : node_of(kSession, "who");
  });
  Election election(scene.zk, "/elect");
  std::string leader;
  const auto observer = election.observe([&](const std::optional<Leader>& now) {
    if (now) leader = now->identifier;
  });
  client::run_until(scene.io, [&] { return leader == "who"; });
}

// It waited for ever: no watch tells of rights.
TEST_CASE("who may not list the members of a double barrier is told so, and is no member any more") {
  Scene scene([&](OpCode type, std::string_view body) -> Answer {
    if (type == OpCode::create2) return created(jute::decoded<client::CreateRequest>(body)->path.view());
    if (type == OpCode::exists) return {.err = ErrorCode::no_node};
    if (type == OpCode::get_children2) return {.err = ErrorCode::no_auth};
    return {};
  });
  DoubleBarrier barrier(scene.zk, "/barrier", 2);
  const auto entered = scene.run([&] { return barrier.enter(); });
  CHECK(entered.err == ErrorCode::no_auth);
  client::run_until(scene.io, [&] { return scene.count(OpCode::remove) > 0; });
}

TEST_CASE("a latch that may not stand says why, once") {
  Scene scene([](OpCode, std::string_view) -> Answer { return {.err = ErrorCode::no_auth}; });
  std::vector<ErrorCode> failures;
  LatchOptions options;
  options.on_failed = [&](ErrorCode why) { failures.push_back(why); };
  const LeaderLatch latch(scene.zk, "/latch", options);
  client::run_until(scene.io, [&] { return !failures.empty(); });
  CHECK(failures == std::vector<ErrorCode>{ErrorCode::no_auth});
  CHECK_FALSE(latch.is_leader());
}

}  // namespace paddock::recipes
