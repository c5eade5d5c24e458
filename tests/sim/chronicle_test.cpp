#include "tests/sim/chronicle.h"

#include <catch2/catch.hpp>

#include "tests/sim/history_fixture.h"

namespace paddock::sim {

TEST_CASE("the chronicle knows every node at every zxid") {
  Told told;
  told.session(7);              // 1:1
  told.create(7, "/a", "one");  // 1:2
  told.create(7, "/a/b");       // 1:3
  told.set(7, "/a", "two", 1);  // 1:4
  told.remove(7, "/a/b");       // 1:5
  const Chronicle& chronicle = told.chronicle;
  CHECK_FALSE(chronicle.node("/a", Zxid::of(1, 1)));
  CHECK(chronicle.node("/a", Zxid::of(1, 3))->data == "one");
  CHECK(chronicle.node("/a", Zxid::of(1, 4))->data == "two");
  CHECK(chronicle.children("/a", Zxid::of(1, 2)).empty());
  CHECK(chronicle.children("/a", Zxid::of(1, 4)) == std::vector<std::string>{"b"});
  CHECK(chronicle.children("/a", Zxid::of(1, 5)).empty());
  CHECK(chronicle.stat("/a", Zxid::of(1, 4))->num_children == 1);
  // What the state itself tells a client, at the end.
  const znode::NodeIndex node = chronicle.state().tree().find("/a");
  CHECK(*chronicle.stat("/a", Zxid::of(1, 5)) == chronicle.state().tree().stat(node));
}

TEST_CASE("the chronicle knows what a watch must be told of") {
  Told told;
  told.session(7);
  told.create(7, "/a");         // 1:2
  told.create(7, "/a/b");       // 1:3
  told.set(7, "/a", "two", 1);  // 1:4
  told.remove(7, "/a/b");       // 1:5
  const Chronicle& chronicle = told.chronicle;
  CHECK(chronicle.first_data_change("/a", Zxid::of(1, 1)) == Zxid::of(1, 2));
  CHECK(chronicle.first_data_change("/a", Zxid::of(1, 2)) == Zxid::of(1, 4));
  CHECK_FALSE(chronicle.first_data_change("/a", Zxid::of(1, 4)));
  CHECK(chronicle.first_child_change("/a", Zxid::of(1, 2)) == Zxid::of(1, 3));
  CHECK(chronicle.first_child_change("/a", Zxid::of(1, 3)) == Zxid::of(1, 5));
  CHECK(chronicle.first_data_change("/a/b", Zxid::of(1, 3)) == Zxid::of(1, 5));
}

}  // namespace paddock::sim
