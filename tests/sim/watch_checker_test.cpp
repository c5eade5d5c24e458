#include "tests/sim/watch_checker.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/sim/history_fixture.h"
#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

using client::EventType;
using client::OpCode;

constexpr Zxid kCaughtUp{-1};

// 1:2 creates /a, 1:3 sets it, 1:4 creates /a/b, 1:5 deletes /a/b, 1:6 deletes /a, 1:7 creates /c, 1:8
// deletes it
struct Scene : Told {
  Scene() {
    session(7);
    create(7, "/a", "one");
    set(7, "/a", "two", 1);
    create(7, "/a/b");
    remove(7, "/a/b");
    remove(7, "/a");
    create(7, "/c");
    remove(7, "/c");
  }
  WatchChecker checker{chronicle};

  Scene& watch(OpCode type, const std::string& path, uint32_t at, ErrorCode err = ErrorCode::ok) {
    checker.answered({type, path, true, {}}, {err, Zxid::of(1, at), ""});
    return *this;
  }
  std::string reply(uint32_t at) {
    return broken([&] {
      checker.answered({OpCode::exists, "/x", false, {}}, {ErrorCode::no_node, Zxid::of(1, at), ""});
    });
  }
  std::string event(EventType type, const std::string& path, Zxid zxid) {
    return broken([&] { checker.told(type, path, zxid); });
  }
  std::string event(EventType type, const std::string& path, uint32_t at) {
    return event(type, path, Zxid::of(1, at));
  }

  template <class Action>
  static std::string broken(Action&& action) {
    try {
      action();
    } catch (const Violation& violation) {
      return violation.rule;
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a reply that shows a change comes behind its event") {
  Scene scene;
  scene.watch(OpCode::get_data, "/a", 2);
  SECTION("in order") {
    CHECK(scene.event(EventType::data_changed, "/a", 3).empty());
    CHECK(scene.reply(3).empty());
  }
  SECTION("a reply from before the change") {
    CHECK(scene.reply(2).empty());
  }
  SECTION("without the event") {
    CHECK(scene.reply(3) == "C6a");
  }
  SECTION("much later and without the event") {
    CHECK(scene.reply(8) == "C6a");
  }
}

TEST_CASE("an event is told once, for what was watched, at its zxid") {
  Scene scene;
  SECTION("nobody watched") {
    CHECK(scene.event(EventType::data_changed, "/a", 3) == "C6e");
  }
  SECTION("twice") {
    scene.watch(OpCode::get_data, "/a", 2);
    CHECK(scene.event(EventType::data_changed, "/a", 3).empty());
    CHECK(scene.event(EventType::data_changed, "/a", 3) == "C6e");
  }
  SECTION("of another change") {
    scene.watch(OpCode::get_data, "/a", 2);
    CHECK(scene.event(EventType::data_changed, "/a", 6) == "C6e");
  }
  SECTION("of another kind") {
    scene.watch(OpCode::get_children, "/a", 3);
    CHECK(scene.event(EventType::data_changed, "/a", 4) == "C6e");
  }
  SECTION("backwards") {
    scene.watch(OpCode::get_children, "/a", 3).watch(OpCode::get_data, "/a", 2);
    CHECK(scene.event(EventType::children_changed, "/a", 4).empty());
    CHECK(scene.event(EventType::data_changed, "/a", 3) == "C6b");
  }
}

TEST_CASE("odd events that are legal") {
  Scene scene;
  SECTION("one deletion for a data and a child watch") {
    scene.watch(OpCode::get_data, "/a", 5).watch(OpCode::get_children, "/a", 5);
    CHECK(scene.event(EventType::deleted, "/a", 6).empty());
    CHECK(scene.reply(6).empty());
  }
  SECTION("a node that was watched for its coming") {
    scene.watch(OpCode::exists, "/c", 6, ErrorCode::no_node);
    CHECK(scene.event(EventType::created, "/c", 7).empty());
  }
  SECTION("a read that failed leaves no watch") {
    scene.watch(OpCode::get_data, "/c", 6, ErrorCode::no_node);
    CHECK(scene.reply(8).empty());
  }
  SECTION("watched twice, told once") {
    scene.watch(OpCode::get_data, "/a", 2).watch(OpCode::get_data, "/a", 2);
    CHECK(scene.event(EventType::data_changed, "/a", 3).empty());
    CHECK(scene.reply(3).empty());
  }
}

TEST_CASE("a reconnect catches up with what was missed") {
  Scene scene;
  SECTION("told without a zxid") {
    scene.watch(OpCode::get_data, "/a", 2).checker.reconnected(Zxid::of(1, 2));
    CHECK(scene.event(EventType::deleted, "/a", kCaughtUp).empty());
    CHECK(scene.reply(6).empty());
  }
  SECTION("told as it happens, by a server that is behind") {
    scene.watch(OpCode::get_data, "/a", 2).checker.reconnected(Zxid::of(1, 2));
    CHECK(scene.event(EventType::data_changed, "/a", 3).empty());
  }
  SECTION("not told at all") {
    scene.watch(OpCode::get_data, "/a", 2).checker.reconnected(Zxid::of(1, 2));
    CHECK(scene.reply(3) == "C6a");
  }
  SECTION("a node that came and went may be missed") {
    scene.watch(OpCode::exists, "/c", 6, ErrorCode::no_node).checker.reconnected(Zxid::of(1, 6));
    CHECK(scene.reply(8).empty());
  }
  SECTION("one that came and stayed may not") {
    scene.watch(OpCode::exists, "/c", 6, ErrorCode::no_node).checker.reconnected(Zxid::of(1, 6));
    CHECK(scene.reply(7) == "C6a");
  }
  SECTION("a catch-up on a connection that missed nothing is made up") {
    scene.watch(OpCode::get_data, "/a", 2);
    CHECK(scene.event(EventType::data_changed, "/a", kCaughtUp) == "C6e");
  }
}

}  // namespace paddock::sim
