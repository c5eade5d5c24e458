#include "client/connection_state.h"

#include <catch2/catch.hpp>

#include "client/listeners.h"
#include "client/transaction.h"

namespace paddock::client {
namespace {

// The states told while a session goes through `entered`.
std::vector<std::string> told(const std::vector<SessionState>& entered, bool read_only = false) {
  std::vector<std::string> words;
  ConnectionState state = ConnectionState::lost;
  for (const SessionState next : entered) {
    if (const auto after = following(state, next, read_only)) {
      state = *after;
      words.emplace_back(name_of(state));
    }
  }
  return words;
}

using S = SessionState;
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("attempts to connect are no news, before the first session and while suspended") {
  CHECK(told({S::connecting, S::disconnected, S::connecting}).empty());
  CHECK(told({S::connecting, S::connected, S::disconnected, S::connecting, S::disconnected, S::connecting}) ==
        Words{"connected", "suspended"});
}

TEST_CASE("a session that is lost is followed by another one's connection") {
  CHECK(told({S::connected, S::disconnected, S::expired, S::disconnected, S::connecting, S::connected}) ==
        Words{"connected", "suspended", "lost", "connected"});
}

TEST_CASE("a server without a quorum is told apart, and the end is the end") {
  CHECK(told({S::connected}, true) == Words{"read_only"});
  CHECK(told({S::connected, S::closed}) == Words{"connected", "closed"});
  CHECK(told({S::connected, S::auth_failed}) == Words{"connected", "closed"});
}

TEST_CASE("listeners are told in the order in which they came, until their subscription goes") {
  Listeners<int> listeners;
  std::string heard;
  const auto first = listeners.add([&](int) { heard += "1"; });
  auto second = listeners.add([&](int) { heard += "2"; });
  const auto third = listeners.add([&](int) { heard += "3"; });
  listeners.tell(0);
  second.cancel();
  listeners.tell(0);
  CHECK(heard == "12313");
}

TEST_CASE("a listener may end itself and others and add new ones while it is told") {
  Listeners<int> listeners;
  std::string heard;
  Subscription one, two, late;
  one = listeners.add([&](int) {
    heard += "1";
    one.cancel();
    two.cancel();
    late = listeners.add([&](int) { heard += "l"; });
  });
  two = listeners.add([&](int) { heard += "2"; });
  listeners.tell(0);
  CHECK(heard == "1");
  listeners.tell(0);
  CHECK(heard == "1l");
}

TEST_CASE("a subscription may outlive what it listens to") {
  Subscription subscription;
  {
    Listeners<int> listeners;
    subscription = listeners.add([](int) {});
  }
  subscription.cancel();
}

TEST_CASE("a transaction gives each step's result by its type, and names the one at fault") {
  Transaction transaction;
  const auto made = transaction.create("/a", "x");
  const auto checked = transaction.check("/b", 3);
  const auto set = transaction.set("/c", "y", 1);
  REQUIRE(transaction.ops().size() == 3);
  CHECK(transaction.ops()[1].version == 3);

  Stat stat;
  stat.version = 2;
  const TransactionResults good({{OpCode::create2, ErrorCode::ok, "/a", {}},
                                 {OpCode::check, ErrorCode::ok, "", {}},
                                 {OpCode::set_data, ErrorCode::ok, "", stat}});
  CHECK(good[made].value.path == "/a");
  CHECK(good[checked]);
  CHECK(good[set].value.version == 2);
  CHECK_FALSE(good.refused());

  const TransactionResults bad({{OpCode::error, ErrorCode::ok, "", {}},
                                {OpCode::error, ErrorCode::bad_version, "", {}},
                                {OpCode::error, ErrorCode::runtime_inconsistency, "", {}}});
  CHECK(bad.refused() == 1);
  CHECK(bad[set].err == ErrorCode::runtime_inconsistency);
  CHECK(TransactionResults()[made].err == ErrorCode::connection_loss);
}

}  // namespace paddock::client
