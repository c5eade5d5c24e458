#include "client/recipes/set_partitioner.h"

#include <catch2/catch.hpp>

namespace paddock::recipes {
namespace {

using Names = std::vector<std::string>;

const Names kItems = {"d", "a", "e", "c", "b"};

TEST_CASE("the sorted items are dealt to the members in the order of their identifiers, not of their nodes") {
  const Names party = {"0f-carol", "aa-alice", "55-bob"};
  CHECK(share_of(kItems, party, "aa-alice") == Names{"a", "d"});
  CHECK(share_of(kItems, party, "55-bob") == Names{"b", "e"});
  CHECK(share_of(kItems, party, "0f-carol") == Names{"c"});
}

TEST_CASE("an identifier is all that is behind the first dash, as kazoo has it") {
  const Names party = {"1-host-9", "2-host-10"};
  CHECK(share_of(kItems, party, "2-host-10") == Names{"a", "c", "e"});
}

TEST_CASE("foreign children of the party count, because kazoo counts them") {
  const Names party = {"1-m", "readme"};
  CHECK(share_of(kItems, party, "1-m") == Names{"a", "c", "e"});
}

TEST_CASE("two members of one identifier have different shares") {
  const Names party = {"1-m", "2-m"};
  CHECK(share_of(kItems, party, "1-m") == Names{"a", "c", "e"});
  CHECK(share_of(kItems, party, "2-m") == Names{"b", "d"});
}

TEST_CASE("who is not in the party gets nothing, and a late one of many neither") {
  CHECK(share_of(kItems, {"1-m"}, "2-m").empty());
  CHECK(share_of({"a"}, {"1-m", "2-n"}, "2-n").empty());
  CHECK(share_of({}, {"1-m"}, "1-m").empty());
}

TEST_CASE("an item that is named twice is locked once") {
  CHECK(share_of({"a", "b", "a"}, {"1-m"}, "1-m") == Names{"a", "b"});
}

}  // namespace
}  // namespace paddock::recipes
