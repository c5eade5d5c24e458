#include "client/shell/arguments.h"

#include <catch2/catch.hpp>

#include "client/shell/create_arguments.h"

namespace paddock::client::shell {
namespace {

const std::vector<FlagSpec> kFlags = {
    {"-s", "", ""}, {"-e", "", ""}, {"-c", "", ""}, {"-t", "MS", ""}, {"-v", "N", ""}};

Result<Arguments> parse(std::string_view line) {
  return Arguments::parse(kFlags, *split_words(line));
}

}  // namespace

TEST_CASE("flags may stand anywhere and take their values") {
  const auto arguments = parse("/a -v 3 data -s");
  REQUIRE(arguments.ok());
  CHECK(arguments->count() == 2);
  CHECK(arguments->at(1) == "data");
  CHECK(arguments->has("-s"));
  CHECK_FALSE(arguments->has("-e"));
  CHECK(arguments->number("-v").value() == 3);
  CHECK_FALSE(arguments->number("-t").value().has_value());
}

TEST_CASE("negative numbers, quoted words and what follows -- are no flags") {
  CHECK(parse("/a -5")->at(1) == "-5");
  CHECK(parse("/a -")->at(1) == "-");
  CHECK(parse("/a '-s'")->at(1) == "-s");
  CHECK(parse("-- /a -x")->at(1) == "-x");
}

TEST_CASE("an unknown flag, a missing value and a value that is no number are refused by name") {
  CHECK(parse("/a -x").fault().message == "unknown flag -x");
  CHECK(parse("/a -v").fault().message == "-v wants a value: -v N");
  CHECK(parse("/a -v x")->number("-v").fault().message == "-v wants a whole number, not 'x'");
  CHECK_FALSE(version_of(*parse("/a -v 99999999999")).ok());
}

TEST_CASE("a count is not negative") {
  CHECK(parse("/a -v 3")->count_of("-v", 7).value() == 3);
  CHECK(parse("/a")->count_of("-v", 7).value() == 7);
  CHECK_FALSE(parse("/a -v -1")->count_of("-v", 7).ok());
}

TEST_CASE("only the words that are paths are resolved") {
  auto arguments = parse("a b");
  REQUIRE(arguments.ok());
  arguments->resolve_paths(1, "/here");
  CHECK(arguments->at(0) == "/here/a");
  CHECK(arguments->at(1) == "b");
}

TEST_CASE("create's flags choose the kind of node, and impossible kinds are refused") {
  CHECK(create_options(*parse("/a"), 2)->mode == CreateMode::persistent);
  CHECK(create_options(*parse("-e /a"), 2)->mode == CreateMode::ephemeral);
  CHECK(create_options(*parse("-e -s /a"), 2)->mode == CreateMode::ephemeral_sequential);
  CHECK(create_options(*parse("-s /a"), 2)->mode == CreateMode::persistent_sequential);
  CHECK(create_options(*parse("-c /a"), 2)->mode == CreateMode::container);
  CHECK(create_options(*parse("-t 5 /a"), 2)->ttl_ms == 5);
  CHECK(create_options(*parse("-t 5 -s /a"), 2)->mode == CreateMode::persistent_sequential_ttl);
  CHECK_FALSE(create_options(*parse("-t 5 -e /a"), 2).ok());
  CHECK_FALSE(create_options(*parse("-c -s /a"), 2).ok());
  CHECK(create_options(*parse("/a d ip:127.0.0.1:r"), 2)->acl ==
        std::vector<OwnedAcl>{{kPermRead, "ip", "127.0.0.1"}});
}

}  // namespace paddock::client::shell
