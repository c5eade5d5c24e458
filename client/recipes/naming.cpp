#include "client/recipes/naming.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "client/helpers.h"

namespace paddock::recipes {
namespace {

struct Marker {
  std::string_view text;
  bool shared;
};
// Longer ones first where one ends in another.
constexpr Marker kMarkers[] = {{"__rlock__", true}, {"__lock__", false}, {"__READ__", true},
                               {"__WRIT__", false}, {"latch-", false},   {"lease-", false},
                               {"lock-", false}};

// "-?[0-9]{10}" at the end: the server writes %010d, which is eleven characters for negative numbers.
std::string_view number_at_end(std::string_view name) {
  size_t digits = 0;
  while (digits < name.size() && digits < 10 && name[name.size() - 1 - digits] >= '0' &&
         name[name.size() - 1 - digits] <= '9') {
    ++digits;
  }
  if (digits == 10) {
    // -2147483648 has ten digits behind its sign, -000000001 nine.
    const bool negative = name.size() > 10 && name[name.size() - 11] == '-';
    const std::string_view number = name.substr(name.size() - 10);
    const bool a_wrapped_one = negative && number >= "1000000000";
    return a_wrapped_one ? name.substr(name.size() - 11) : number;
  }
  if (digits == 9 && name.size() > 9 && name[name.size() - 10] == '-') return name.substr(name.size() - 10);
  return {};
}

}  // namespace

std::optional<Position> parse_position(std::string_view name) {
  std::string_view number = number_at_end(name);
  if (number.empty()) return std::nullopt;
  for (const bool dash_is_sign : {true, false}) {
    if (!dash_is_sign && number.front() == '-') number.remove_prefix(1);
    if (!dash_is_sign && number.size() != 10) break;
    const std::string_view before = name.substr(0, name.size() - number.size());
    for (const Marker& marker : kMarkers) {
      if (!before.ends_with(marker.text)) continue;
      int32_t sequence = 0;
      const auto [end, err] = std::from_chars(number.data(), number.data() + number.size(), sequence);
      if (err != std::errc() || end != number.data() + number.size()) return std::nullopt;
      return Position{std::string(name), std::string(number), sequence, marker.shared};
    }
  }
  return std::nullopt;
}

bool Position::numbers_ended() const {
  return sequence < 0 || sequence == std::numeric_limits<int32_t>::max();
}

bool Position::came_with(const Position& other) const {
  if (numbers_ended() != other.numbers_ended()) return false;
  return numbers_ended() ? made == other.made : sequence == other.sequence;
}

std::vector<Position> places(const std::vector<std::string>& children) {
  std::vector<Position> all;
  for (const std::string& name : children) {
    if (auto position = parse_position(name)) all.push_back(std::move(*position));
  }
  return all;
}

void put_in_order(std::vector<Position>& line) {
  const auto rank = [](const Position& position) {
    const bool ended = position.numbers_ended();
    return std::pair(ended, ended ? position.made.value : position.sequence);
  };
  std::stable_sort(line.begin(), line.end(),
                   [&](const Position& a, const Position& b) { return rank(a) < rank(b); });
}

std::optional<size_t> place_of(const std::vector<Position>& line, std::string_view name) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i].name == name) return i;
  }
  return std::nullopt;
}

NodeName make_name(Naming naming, Claim claim, const std::string& guid) {
  if (naming == Naming::kazoo) return {guid, claim == Claim::read ? "__rlock__" : "__lock__"};
  const std::string prefix = "_c_" + client::with_dashes(guid) + "-";
  switch (claim) {
    case Claim::read:
      return {prefix, "__READ__"};
    case Claim::write:
      return {prefix, "__WRIT__"};
    case Claim::latch:
      return {prefix, "latch-"};
    case Claim::lease:
      return {prefix, "lease-"};
    case Claim::lock:
      break;
  }
  return {prefix, "lock-"};
}

std::string child_path(const std::string& directory, std::string_view name) {
  return (directory == "/" ? "" : directory) + "/" + std::string(name);
}

}  // namespace paddock::recipes
