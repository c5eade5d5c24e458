#include "znode/watches.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <tuple>

namespace paddock::znode::test {
namespace {

using client::EventType;
using client::WatcherType;

constexpr ConnectionId kAnn{1};
constexpr ConnectionId kBen{2};
constexpr ConnectionId kCat{3};

using Told = std::vector<uint64_t>;

Told trigger(Watches& watches, WatchTable table, EventType event, std::string_view path) {
  std::vector<ConnectionId> told;
  watches.trigger(table, event, path, told);
  Told values;
  for (const ConnectionId connection : told) values.push_back(connection.value);
  std::sort(values.begin(), values.end());
  return values;
}
Told data_event(Watches& watches, std::string_view path) {
  return trigger(watches, WatchTable::data, EventType::data_changed, path);
}
Told child_event(Watches& watches, std::string_view path) {
  return trigger(watches, WatchTable::child, EventType::children_changed, path);
}

}  // namespace

TEST_CASE("a standard watch tells once, of its own table and path") {
  Watches watches;
  watches.add(WatchTable::data, WatchMode::standard, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::standard, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::standard, "/a", kBen);
  CHECK(watches.count() == 2);
  CHECK(child_event(watches, "/a").empty());
  CHECK(data_event(watches, "/a/b").empty());
  CHECK(data_event(watches, "/").empty());
  CHECK(data_event(watches, "/a") == Told{1, 2});
  CHECK(data_event(watches, "/a").empty());
  CHECK(watches.count() == 0);
}

TEST_CASE("a persistent watch stays, and coexists with the other modes") {
  Watches watches;
  watches.add(WatchTable::data, WatchMode::persistent, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::standard, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::recursive, "/a", kAnn);
  CHECK(watches.count() == 1);
  CHECK(data_event(watches, "/a") == Told{1});
  CHECK_FALSE(watches.contains(WatcherType::data, "/a", kAnn));
  CHECK(watches.contains(WatcherType::persistent, "/a", kAnn));
  CHECK(watches.contains(WatcherType::persistent_recursive, "/a", kAnn));
  CHECK(data_event(watches, "/a") == Told{1});
  CHECK(data_event(watches, "/a/b") == Told{1});
}

TEST_CASE("a recursive watch tells of everything below, but not of children changed") {
  Watches watches;
  watches.add(WatchTable::data, WatchMode::recursive, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::recursive, "/", kBen);
  watches.add(WatchTable::data, WatchMode::standard, "/a", kCat);
  CHECK(data_event(watches, "/a/b/c") == Told{1, 2});
  CHECK(data_event(watches, "/ab") == Told{2});
  CHECK(data_event(watches, "/") == Told{2});
  CHECK(child_event(watches, "/a").empty());
  CHECK(trigger(watches, WatchTable::data, EventType::children_changed, "/a") == Told{3});
  CHECK(watches.contains(WatcherType::persistent_recursive, "/a", kAnn));
}

TEST_CASE("a connection that matches several ways is told once") {
  Watches watches;
  watches.add(WatchTable::data, WatchMode::recursive, "/", kAnn);
  watches.add(WatchTable::data, WatchMode::recursive, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::persistent, "/a/b", kAnn);
  watches.add(WatchTable::data, WatchMode::standard, "/a/b", kAnn);
  CHECK(data_event(watches, "/a/b") == Told{1});
}

TEST_CASE("who was told already is not told again, but the watch is consumed") {
  Watches watches;
  watches.add(WatchTable::child, WatchMode::standard, "/a", kAnn);
  watches.add(WatchTable::child, WatchMode::standard, "/a", kBen);
  std::vector<ConnectionId> told{kAnn};
  watches.trigger(WatchTable::child, EventType::deleted, "/a", told);
  CHECK(told == std::vector<ConnectionId>{kAnn, kBen});
  CHECK(watches.count() == 0);
}

TEST_CASE("a crowd on one path is told completely, each once") {
  Watches watches;
  std::set<uint64_t> expected;
  for (uint64_t i = 1; i <= 1000; ++i) {
    watches.add(WatchTable::data, WatchMode::standard, "/a", ConnectionId{i});
    watches.add(WatchTable::data, WatchMode::recursive, "/", ConnectionId{i / 2 + 1});
    expected.insert(i);
  }
  const Told told = data_event(watches, "/a");
  CHECK(told.size() == 1000);
  CHECK(std::set(told.begin(), told.end()) == expected);
  CHECK(data_event(watches, "/a").size() == 501);
}

TEST_CASE("removal knows the types of ZooKeeper 3.9") {
  Watches watches;
  const auto fill = [&] {
    watches.add(WatchTable::data, WatchMode::standard, "/a", kAnn);
    watches.add(WatchTable::child, WatchMode::standard, "/a", kAnn);
    watches.add(WatchTable::data, WatchMode::persistent, "/a", kAnn);
    watches.add(WatchTable::child, WatchMode::persistent, "/a", kAnn);
    watches.add(WatchTable::data, WatchMode::recursive, "/a", kAnn);
  };
  for (const WatcherType type : {WatcherType::data, WatcherType::children, WatcherType::persistent,
                                 WatcherType::persistent_recursive, WatcherType::any}) {
    fill();
    CAPTURE(static_cast<int>(type));
    CHECK_FALSE(watches.contains(type, "/a", kBen));
    CHECK_FALSE(watches.contains(type, "/b", kAnn));
    CHECK_FALSE(watches.remove(type, "/b", kAnn));
    CHECK(watches.contains(type, "/a", kAnn));
    CHECK(watches.remove(type, "/a", kAnn));
    CHECK_FALSE(watches.contains(type, "/a", kAnn));
    CHECK_FALSE(watches.remove(type, "/a", kAnn));
  }
  CHECK(watches.count() == 0);
  fill();
  watches.remove(WatcherType::data, "/a", kAnn);
  watches.remove(WatcherType::persistent, "/a", kAnn);
  CHECK(watches.contains(WatcherType::children, "/a", kAnn));
  CHECK(watches.contains(WatcherType::persistent_recursive, "/a", kAnn));
}

TEST_CASE("a connection's end takes its watches and nobody else's") {
  Watches watches;
  for (const char* path : {"/a", "/b", "/c"}) {
    watches.add(WatchTable::data, WatchMode::recursive, path, kAnn);
    watches.add(WatchTable::child, WatchMode::standard, path, kAnn);
    watches.add(WatchTable::data, WatchMode::standard, path, kBen);
  }
  watches.drop_connection(kAnn);
  watches.drop_connection(kCat);
  CHECK(watches.count() == 3);
  CHECK(data_event(watches, "/a/x").empty());
  CHECK(data_event(watches, "/a") == Told{2});
}

TEST_CASE("entries lists the data table") {
  Watches watches;
  watches.add(WatchTable::data, WatchMode::standard, "/a", kAnn);
  watches.add(WatchTable::data, WatchMode::recursive, "/a", kBen);
  watches.add(WatchTable::child, WatchMode::standard, "/b", kAnn);
  std::set<std::pair<std::string, uint64_t>> entries;
  for (const Watches::Entry& entry : watches.data_entries())
    entries.emplace(entry.path, entry.connection.value);
  CHECK(entries == std::set<std::pair<std::string, uint64_t>>{{"/a", 1}, {"/a", 2}});
}

namespace {

// Watches as a plain set, each event a walk over all of it.
struct Model {
  struct Watch {
    WatchTable table;
    std::string path;
    uint64_t connection;
    WatchMode mode;
    friend auto operator<=>(const Watch&, const Watch&) = default;
  };
  std::set<Watch> watches;

  Told trigger(WatchTable table, const std::string& path) {
    std::set<uint64_t> told;
    for (const Watch& watch : watches) {
      const bool above = watch.path == "/" || path.starts_with(watch.path + "/");
      const bool meant = watch.path == path || (watch.mode == WatchMode::recursive && above);
      if (watch.table == table && meant) told.insert(watch.connection);
    }
    std::erase_if(watches, [&](const Watch& watch) {
      return watch.table == table && watch.path == path && watch.mode == WatchMode::standard;
    });
    return Told(told.begin(), told.end());
  }
  size_t count() const {
    std::set<std::tuple<WatchTable, std::string, uint64_t>> keys;
    for (const Watch& watch : watches) keys.emplace(watch.table, watch.path, watch.connection);
    return keys.size();
  }
};

}  // namespace

TEST_CASE("random watching equals a plain set of watches") {
  std::mt19937 random(7);
  const auto pick = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  const std::vector<std::string> paths{"/", "/a", "/a/b", "/a/b/c", "/d"};
  Watches watches;
  Model model;
  for (int step = 0; step < 20'000; ++step) {
    const std::string& path = paths[pick(5)];
    const ConnectionId connection{1 + pick(6)};
    const WatchTable table = pick(2) == 0 ? WatchTable::data : WatchTable::child;
    const unsigned action = pick(20);
    if (action < 14) {
      const auto mode = static_cast<WatchMode>(pick(table == WatchTable::data ? 3 : 2));
      watches.add(table, mode, path, connection);
      model.watches.insert({table, path, connection.value, mode});
    } else if (action == 14) {
      watches.drop_connection(connection);
      std::erase_if(model.watches, [&](const auto& watch) { return watch.connection == connection.value; });
    } else {
      REQUIRE(trigger(watches, table, EventType::deleted, path) == model.trigger(table, path));
    }
    REQUIRE(watches.count() == model.count());
  }
}

}  // namespace paddock::znode::test
