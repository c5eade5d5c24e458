// The names of sequential nodes that stand in line in one directory: how other libraries write them, and how
// they are read. Pure.
//
//   kazoo    <guid>__lock__0000000007      readers: <guid>__rlock__...
//   curator  _c_<g-u-i-d>-lock-0000000007  read-write locks: _c_<g-u-i-d>-__READ__..., __WRIT__...
//
// Invariants
// 1. Every known spelling is read, whichever one is written: programs of different libraries see each other
//    as far as their own reading allows. Other children are nobody's place in the line.
// 2. The order is that of the server's counter, by the number alone whatever is in front of it; and where the
//    counter has come to its end, that of creation. For servers from 3.6 on stay at 2147483647, and Apache's
//    count on from -2147483648 for as long as creations are under way together, and then give 2147483647
//    again. Older ones go on from there for good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"

namespace paddock::recipes {

enum class Naming {
  kazoo,
  curator,
  bridge,  // one node of each in one transaction: no single name makes both libraries wait for us
};

// What a place in the line is for.
enum class Claim { lock, read, write, latch, lease };

struct Position {
  std::string name;
  std::string number;  // as the server wrote it
  int32_t sequence = 0;
  bool shared = false;  // a reader: only writers are in its way
  Zxid made = {};       // where numbers_ended()

  // The number says no more than that whoever has a smaller one, of those from 0 on, came before.
  bool numbers_ended() const;
  // True: one's numbers, or creations, are the other's: nobody was first.
  bool came_with(const Position& other) const;
};

std::optional<Position> parse_position(std::string_view name);

// The places among `children`; not in order yet.
std::vector<Position> places(const std::vector<std::string>& children);

// First come first. Whose numbers_ended() must know when they were `made`.
void put_in_order(std::vector<Position>& line);

// The index of `name`.
std::optional<size_t> place_of(const std::vector<Position>& line, std::string_view name);

// What stands before the sequence number: `prefix`, which holds the guid, and `rest`. `naming`: not bridge.
struct NodeName {
  std::string prefix;
  std::string rest;
};
NodeName make_name(Naming naming, Claim claim, const std::string& guid);

std::string child_path(const std::string& directory, std::string_view name);

}  // namespace paddock::recipes
