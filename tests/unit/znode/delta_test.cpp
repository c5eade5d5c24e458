#include "znode/delta.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "state_fixture.h"

namespace paddock::znode::test {
namespace {

std::vector<std::string> keys_of(const Delta& delta) {
  std::vector<std::string> keys;
  for (const Delta::Entry& entry : delta.entries)
    keys.push_back((entry.value ? "" : "gone ") + std::string(entry.key));
  std::sort(keys.begin(), keys.end());
  return keys;
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a delta holds each changed node once, as it is at the cut") {
  World world;
  world.create("/quiet");
  world.state.record_changes(true);
  world.create("/a");
  for (int i = 0; i < 100; ++i) world.set_data("/a", "value " + std::to_string(i));
  const Delta delta = world.state.take_delta();
  CHECK(keys_of(delta) == Keys{"n", "n/a"});
  CHECK(delta.applied == Zxid{world.zxid});
  CHECK(world.state.take_delta().entries.empty());
}

TEST_CASE("a removed node is gone; one created again is gone first and then there") {
  World world;
  world.create("/a");
  world.create("/b");
  world.state.record_changes(true);
  world.remove("/a");
  world.remove("/b");
  world.create("/b");
  CHECK(keys_of(world.state.take_delta()) == Keys{"gone n/a", "gone n/b", "n", "n/b"});
  // The new node took the number of the old one.
  world.create("/c");
  world.remove("/c");
  world.create("/d");
  CHECK(keys_of(world.state.take_delta()) == Keys{"gone n/c", "n", "n/d"});
}

TEST_CASE("a delta that is built while the state goes on is the state at its cut") {
  World world;
  world.create("/changed", "old");
  world.create("/removed", "old");
  world.create("/again", "old");
  world.state.record_changes(true);
  for (const char* path : {"/changed", "/removed", "/again"}) world.set_data(path, "cut");
  world.create("/still", "cut");
  const Zxid cut = world.state.last_applied();
  const StateChecksum checksum = world.state.checksum();
  world.state.begin_delta();
  CHECK(world.state.pending_delta_bytes() == 0);

  world.set_data("/changed", "later");
  world.remove("/removed");
  world.remove("/again");
  world.create("/again", "later");
  world.create("/new", "later");
  CHECK_FALSE(world.state.build_delta(0));
  std::optional<Delta> delta;
  while (!delta) delta = world.state.build_delta(1);
  CHECK_FALSE(world.state.delta_begun());
  CHECK(delta->applied == cut);
  CHECK(delta->checksum == checksum);
  CHECK(keys_of(*delta) == Keys{"n", "n/again", "n/changed", "n/removed", "n/still"});
  for (const Delta::Entry& entry : delta->entries) {
    if (entry.key != "n") CHECK(entry.value->ends_with("cut"));
  }
  CHECK(keys_of(world.state.take_delta()) ==
        Keys{"gone n/again", "gone n/removed", "n", "n/again", "n/changed", "n/new"});
}

TEST_CASE("sessions are part of a delta") {
  World world;
  world.create_session(1, 1000);
  world.state.record_changes(true);
  world.create_session(2, 2000);
  world.close_session(1, {});
  const Delta delta = world.state.take_delta();
  CHECK(keys_of(delta) ==
        Keys{std::string("gone s\0\0\0\0\0\0\0\1", 14), std::string("s\0\0\0\0\0\0\0\2", 9)});
  CHECK(*delta.entries.back().value == std::string("\0\0\x07\xd0", 4));
}

TEST_CASE("the size of the delta to come is known about right") {
  World world;
  world.state.record_changes(true);
  CHECK(world.state.pending_delta_bytes() == 0);
  world.create("/a", "");
  world.set_data("/a", std::string(100'000, 'x'));
  world.create("/b", std::string(50'000, 'x'));
  const auto pending = static_cast<double>(world.state.pending_delta_bytes());
  const auto size = static_cast<double>(world.state.take_delta().bytes);
  CHECK(pending == Approx(size).epsilon(0.01));
}

TEST_CASE("nothing is noted while recording is off") {
  World world;
  world.state.record_changes(true);
  world.create("/a");
  world.state.record_changes(false);
  world.create("/b");
  CHECK(world.state.pending_delta_bytes() == 0);
  world.state.record_changes(true);
  CHECK(world.state.take_delta().entries.empty());
}

TEST_CASE("a node's value follows the grammar") {
  World world;
  world.acl = digest_acl("u:x");
  world.create("/a", "hi");
  world.state.record_changes(true);
  world.set_data("/a", "ho");
  world.set_acl("/zookeeper/quota", open_acl(), 3);
  for (const Delta::Entry& entry : world.state.take_delta().entries) {
    const auto persisted = world.state.tree().persisted(world.state.tree().find(entry.key.substr(1)));
    std::string expected("\x01");
    expected += jute::encoded(persisted);
    if (entry.key == "n/a") expected += std::string("\x01") + jute::encoded(digest_acl("u:x"));
    if (entry.key != "n/a") expected += std::string(1, '\0');
    expected += entry.key == "n/a" ? std::string("\0\0\0\2ho", 6) : std::string(4, '\0');
    CHECK(*entry.value == expected);
  }
}

TEST_CASE("entries that no version wrote are refused") {
  World world;
  const Delta all = world.state.full_delta();
  const std::string node(*all.entries[1].value);
  State state{Options{}};
  state.begin_load();
  CHECK_FALSE(load_entry(state, "", "").ok());
  CHECK_FALSE(load_entry(state, "x/a", node).ok());
  CHECK_FALSE(load_entry(state, "n/no/parent", node).ok());
  CHECK_FALSE(load_entry(state, "nrelative", node).ok());
  CHECK_FALSE(load_entry(state, "n/", node).ok());
  CHECK_FALSE(load_entry(state, "n//a", node).ok());
  CHECK_FALSE(load_entry(state, "n/a", node.substr(1)).ok());
  CHECK_FALSE(load_entry(state, "n/a", node + "x").ok());
  for (size_t length = 0; length < node.size(); ++length) {
    CHECK_FALSE(load_entry(state, "n/a", std::string_view(node).substr(0, length)).ok());
  }
  CHECK_FALSE(load_entry(state, "s1234567", "1234").ok());
  CHECK_FALSE(load_entry(state, "s12345678", "123").ok());
  CHECK(load_entry(state, "n/a", node).ok());
  CHECK_FALSE(load_entry(state, "n/a", node).ok());
}

TEST_CASE("a state whose checksum differs in any part is refused") {
  World world;
  world.acl = digest_acl("u:x");
  world.create("/a");
  world.create_session(1, 1000);
  const Delta all = world.state.full_delta();
  const auto load = [&](StateChecksum expected) {
    State state{Options{}};
    state.begin_load();
    for (const Delta::Entry& entry : all.entries) REQUIRE(load_entry(state, entry.key, *entry.value).ok());
    return state.finish_load(all.applied, expected).ok();
  };
  CHECK(load(all.checksum));
  for (uint64_t StateChecksum::*part : {&StateChecksum::tree_digest, &StateChecksum::system_digest,
                                        &StateChecksum::acl_hash, &StateChecksum::session_hash}) {
    StateChecksum wrong = all.checksum;
    wrong.*part += 1;
    CHECK_FALSE(load(wrong));
  }
}

}  // namespace paddock::znode::test
