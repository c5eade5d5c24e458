#include "client/recipes/lease.h"

#include <catch2/catch.hpp>

namespace paddock::recipes {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year_month_day(
                               std::chrono::year(2026), std::chrono::month(11), std::chrono::day(22))) +
                           12h;

TEST_CASE("a lease is written as Python's json.dumps writes it") {
  CHECK(format_lease({1, "me", kNoon}) == R"({"version": 1, "holder": "me", "end": "2026-11-22T12:00:00"})");
  CHECK(format_lease({1, "J\xc3\xbcrgen \"J\" \xf0\x9f\x98\x80\n", kNoon + 61s}) ==
        R"({"version": 1, "holder": "J\u00fcrgen \"J\" \ud83d\ude00\n", "end": "2026-11-22T12:01:01"})");
}

TEST_CASE("the end of a lease is written without its milliseconds") {
  CHECK(parse_lease(format_lease({1, "me", kNoon + 999ms}))->end == kNoon);
}

TEST_CASE("a lease is read in whatever order and spacing it was written") {
  const auto lease = parse_lease(R"({"end":"2024-02-29T23:59:59","more":[],"holder":"\u00fc","version":1})");
  REQUIRE(lease);
  CHECK(lease->version == 1);
  CHECK(lease->holder == "\xc3\xbc");
  CHECK(format_lease(*lease) == R"({"version": 1, "holder": "\u00fc", "end": "2024-02-29T23:59:59"})");
}

TEST_CASE("of another version only the version is read") {
  const auto lease = parse_lease(R"({"version": 2, "holder": {"id": 7}})");
  REQUIRE(lease);
  CHECK(lease->version == 2);
}

TEST_CASE("what is no lease is not read") {
  const std::string data = GENERATE("", "lease", "[]", "1", R"({"version": 1})",
                                    R"({"version": "1", "holder": "me", "end": "2026-11-22T12:00:00"})",
                                    R"({"version": 1, "holder": 7, "end": "2026-11-22T12:00:00"})",
                                    R"({"version": 1, "holder": "me", "end": "2026-11-22 12:00:00"})",
                                    R"({"version": 1, "holder": "me", "end": "2026-02-30T12:00:00"})",
                                    R"({"version": 1, "holder": "me", "end": "2026-11-22T24:00:00"})",
                                    R"({"version": 1, "holder": "me", "end": "2026-11-22T12:0-:00"})",
                                    R"({"version": 1, "holder": "me", "end": "2026-11-22T12:00:00Z"})",
                                    R"({"version": 1, "holder": "me")");
  CAPTURE(data);
  CHECK_FALSE(parse_lease(data));
}

}  // namespace
}  // namespace paddock::recipes
