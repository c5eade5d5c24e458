#include "client/recipes/naming.h"

#include <catch2/catch.hpp>

#include "client/recipes/counter.h"
#include "client/recipes/line.h"
#include "client/recipes/queue.h"

namespace paddock::recipes {
namespace {

const std::string kGuid = "0123456789abcdef0123456789abcdef";

std::vector<std::string> names(const std::vector<Position>& line) {
  std::vector<std::string> all;
  for (const Position& position : line) all.push_back(position.name);
  return all;
}

std::vector<Position> in_line(const std::vector<std::string>& children) {
  std::vector<Position> line = places(children);
  put_in_order(line);
  return line;
}

// A place whose number has ended.
Position made_at(int64_t zxid, const std::string& name) {
  Position position = parse_position(name).value();
  position.made = Zxid{zxid};
  return position;
}

// What has to go before the last of `line` may have its turn.
std::string before_last(const std::vector<std::string>& children, size_t seats = 1) {
  const auto line = in_line(children);
  return in_the_way(line, line.size() - 1, seats).value_or("-");
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("names are those that kazoo and Curator write") {
  const auto written = [](Naming naming, Claim claim) {
    const NodeName name = make_name(naming, claim, kGuid);
    return name.prefix + name.rest;
  };
  CHECK(written(Naming::kazoo, Claim::lock) == kGuid + "__lock__");
  CHECK(written(Naming::kazoo, Claim::write) == kGuid + "__lock__");
  CHECK(written(Naming::kazoo, Claim::read) == kGuid + "__rlock__");
  const std::string curator = "_c_01234567-89ab-cdef-0123-456789abcdef-";
  CHECK(written(Naming::curator, Claim::lock) == curator + "lock-");
  CHECK(written(Naming::curator, Claim::read) == curator + "__READ__");
  CHECK(written(Naming::curator, Claim::write) == curator + "__WRIT__");
  CHECK(written(Naming::curator, Claim::latch) == curator + "latch-");
  CHECK(written(Naming::curator, Claim::lease) == curator + "lease-");
}

TEST_CASE("every known spelling is read, and the number behind it") {
  const auto number = [](const std::string& name) { return parse_position(name)->sequence; };
  CHECK(number(kGuid + "__lock__0000000007") == 7);
  CHECK(number("_c_01234567-89ab-cdef-0123-456789abcdef-lock-0000000008") == 8);
  CHECK(number("_c_" + kGuid + "-lock-2147483647") == 2147483647);
  CHECK(number("x-lock--2147483648") == -2147483648);
  CHECK(number("x-lock--000000005") == -5);
  CHECK(number("x__lock__-2147483648") == -2147483648);
  CHECK(number("x-latch-0000000001") == 1);
  CHECK(parse_position("x__rlock__0000000001")->shared);
  CHECK(parse_position("x-__READ__0000000001")->shared);
  CHECK_FALSE(parse_position("x-__WRIT__0000000001")->shared);
}

TEST_CASE("other children are nobody's place") {
  for (const char* name : {"readme", "lock-", "__lock__123", "x-0000000001", "__lock__00000000012x", "",
                           "0000000001", "lock-9999999999"}) {
    INFO(name);
    CHECK_FALSE(parse_position(name));
  }
}

TEST_CASE("the order is that of the numbers, whoever wrote them") {
  CHECK(names(in_line({"z__lock__0000000003", "other", "_c_a-lock-0000000002", "a__lock__0000000010"})) ==
        Names{"_c_a-lock-0000000002", "z__lock__0000000003", "a__lock__0000000010"});
}

// As Apache gives numbers at the end: two creations under way together, and then one more.
TEST_CASE("where the numbers have ended the order is that of creation") {
  std::vector<Position> line = {made_at(9, "d-lock-2147483647"), made_at(8, "c-lock--2147483648"),
                                made_at(7, "b-lock-2147483647"), *parse_position("a-lock-2147483646")};
  put_in_order(line);
  CHECK(names(line) ==
        Names{"a-lock-2147483646", "b-lock-2147483647", "c-lock--2147483648", "d-lock-2147483647"});
  CHECK(in_the_way(line, 3, 1) == "c-lock--2147483648");
  CHECK(in_the_way(line, 1, 1) == "a-lock-2147483646");
}

TEST_CASE("where the numbers have ended two nodes of one transaction are not in each other's way") {
  std::vector<Position> line = {made_at(7, "_c_a-lock-2147483647"), made_at(7, "a__lock__2147483647"),
                                made_at(9, "b__lock__2147483647")};
  put_in_order(line);
  CHECK_FALSE(in_the_way(line, 0, 1));
  CHECK_FALSE(in_the_way(line, 1, 1));
  CHECK(in_the_way(line, 2, 1) == line[1].name);
}

TEST_CASE("one waits for the nearest that is in the way") {
  CHECK(before_last({"a-lock-0000000001"}) == "-");
  CHECK(before_last({"a-lock-0000000001", "b-lock-0000000002", "c-lock-0000000003"}) == "b-lock-0000000002");
}

TEST_CASE("readers wait for writers only, writers for everybody") {
  const Names readers = {"a__rlock__0000000001", "b__rlock__0000000002"};
  CHECK(before_last(readers) == "-");
  CHECK(before_last({readers[0], "w__lock__0000000002", "c__rlock__0000000003"}) == "w__lock__0000000002");
  CHECK(before_last({readers[0], readers[1], "w__lock__0000000003"}) == readers[1]);
}

TEST_CASE("a writer that goes on as a reader is not in its own way") {
  CHECK(before_last({"w__lock__0000000004", "w__rlock__0000000004"}) == "-");
}

TEST_CASE("with more seats one waits for the one whose going makes a seat free") {
  const Names line = {"a-lock-0000000001", "b-lock-0000000002", "c-lock-0000000003", "d-lock-0000000004"};
  CHECK(before_last(line, 4) == "-");
  CHECK(before_last(line, 3) == line[0]);
  CHECK(before_last(line, 2) == line[1]);
}

TEST_CASE("items of a queue go by priority, then by number, also where the counter wraps") {
  CHECK(in_order(QueueLayout::kazoo,
                 {"entry-100--2147483647", "entry-007-0000000009", "other", "entry-100--2147483648",
                  "entry-007-0000000003", "entry-100-2147483647"}) ==
        Names{"entry-007-0000000003", "entry-007-0000000009", "entry-100-2147483647", "entry-100--2147483648",
              "entry-100--2147483647"});
  CHECK(in_order(QueueLayout::curator, {"qn-0000000002", "entry-100-0000000001", "qn-0000000001", "qn-"}) ==
        Names{"qn-0000000001", "qn-0000000002"});
  CHECK(item_prefix(QueueLayout::kazoo, 7) == "entry-007-");
}

TEST_CASE("counters are written as kazoo and Curator write them") {
  using F = CounterFormat;
  CHECK(format_number(F::digits, -12) == "-12");
  CHECK(format_number(F::int32, -2) == std::string("\xff\xff\xff\xfe", 4));
  CHECK(format_number(F::int64, 258) == std::string("\0\0\0\0\0\0\1\2", 8));
  CHECK_FALSE(format_number(F::int32, int64_t{1} << 31));
  for (const F format : {F::digits, F::int32, F::int64}) {
    for (const int64_t number : {int64_t{0}, int64_t{-1}, int64_t{2147483647}, int64_t{-2147483648}}) {
      CHECK(parse_number(format, *format_number(format, number)) == number);
    }
    CHECK(parse_number(format, "") == 0);
    CHECK_FALSE(parse_number(format, "1.0"));
  }
}

}  // namespace paddock::recipes
