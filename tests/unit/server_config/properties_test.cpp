#include "server/config/config.h"

#include <fmt/core.h>
#include <catch2/catch.hpp>

using namespace paddock;
using namespace paddock::config;

namespace {

// "key|value|line" per property, one a line.
std::string read(std::string_view text) {
  auto lines = parse_properties(text);
  if (!lines) return "fault: " + lines.fault().message;
  std::string out;
  for (const auto& line : *lines) out += fmt::format("{}|{}|{}\n", line.key, line.value, line.line);
  return out;
}

}  // namespace

TEST_CASE("a key ends at '=', ':' or a blank, whatever comes first") {
  CHECK(read("a=1") == "a|1|1\n");
  CHECK(read("a:1") == "a|1|1\n");
  CHECK(read("a 1") == "a|1|1\n");
  CHECK(read("a\t=\f1") == "a|1|1\n");
  CHECK(read("a = = 1") == "a|= 1|1\n");
  CHECK(read("a : b=c") == "a|b=c|1\n");
  CHECK(read("a") == "a||1\n");
  CHECK(read("=1") == "|1|1\n");
}

TEST_CASE("blanks before a key are dropped, those behind a value stay") {
  CHECK(read("  \t a=1  ") == "a|1  |1\n");
}

TEST_CASE("comments and empty lines say nothing, but count as lines") {
  CHECK(read("# a=1\n  ! b=2\n\n\t\nc=3 # not a comment") == "c|3 # not a comment|5\n");
}

TEST_CASE("a backslash at the end of a line continues it, two do not") {
  CHECK(read("a=1,\\\n   2,\\\n\t3\nb=4") == "a|1,2,3|1\nb|4|4\n");
  CHECK(read("a=1\\\\\nb=2") == "a|1\\|1\nb|2|2\n");
  CHECK(read("a=1\\") == "a|1|1\n");
  CHECK(read("# no \\\na=1") == "a|1|2\n");
}

TEST_CASE("line ends may be \\n, \\r\\n or \\r") {
  CHECK(read("a=1\r\nb=2\rc=3\n") == "a|1|1\nb|2|2\nc|3|3\n");
}

TEST_CASE("escapes in keys and values") {
  CHECK(read("a\\ b\\=c\\:d=\\t\\n\\\\\\q") == "a b=c:d|\t\n\\q|1\n");
  CHECK(read("a=\\u0041\\u00e9\\u20AC") == "a|A\xc3\xa9\xe2\x82\xac|1\n");
  CHECK(read("x=1\na=\\u00g1") == "fault: line 2: \\u needs four hexadecimal digits");
  CHECK(read("a=\\u00") == "fault: line 1: \\u needs four hexadecimal digits");
}

TEST_CASE("bytes above 127 stay what they are") {
  CHECK(read("a=\xc3\xa9") == "a|\xc3\xa9|1\n");
}
