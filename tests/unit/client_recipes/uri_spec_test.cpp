#include "client/recipes/uri_spec.h"

#include <catch2/catch.hpp>

namespace paddock::recipes {
namespace {

TEST_CASE("a spec is cut at its braces, and a variable's name trimmed") {
  const auto spec = UriSpec::parse("{scheme}://{ address }/x");
  REQUIRE(spec);
  const std::vector<UriSpec::Part> parts = {
      {"scheme", true}, {"://", false}, {"address", true}, {"/x", false}};
  CHECK(spec->parts == parts);
  CHECK(UriSpec::parse("")->parts.empty());
  CHECK(UriSpec::parse("{}a")->parts == std::vector<UriSpec::Part>{{"a", false}});
}

TEST_CASE("braces that do not fit make no spec") {
  const std::string text = GENERATE("{", "}", "{a", "a}", "{a{b}}", "{a}}");
  CAPTURE(text);
  CHECK_FALSE(UriSpec::parse(text));
}

TEST_CASE("variables are put in, unknown ones left out, braces written by their own names") {
  const auto spec = UriSpec::parse("{a}-{unknown}-{[}{a}{]}");
  REQUIRE(spec);
  CHECK(spec->build({{"a", "x"}}) == "x--{x}");
  CHECK(UriSpec::parse("a")->build({{"a", "x"}}) == "a");
}

}  // namespace
}  // namespace paddock::recipes
