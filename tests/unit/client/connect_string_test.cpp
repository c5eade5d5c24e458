#include "client/connect_string.h"

#include <catch2/catch.hpp>

namespace paddock::client {

TEST_CASE("a connect string holds hosts, ports and a chroot") {
  CHECK(parse_connect_string("a:1").value() == ConnectString{{{"a", 1}}, ""});
  CHECK(parse_connect_string("a").value() == ConnectString{{{"a", 2181}}, ""});
  CHECK(parse_connect_string("a:1, b,[::1]:3,[fe80::2]/x/y").value() ==
        ConnectString{{{"a", 1}, {"b", 2181}, {"::1", 3}, {"fe80::2", 2181}}, "/x/y"});
  CHECK(parse_connect_string("a:1/").value().chroot.empty());
  CHECK(to_string(HostPort{"::1", 5}) == "[::1]:5");
  CHECK(to_string(HostPort{"a", 5}) == "a:5");
}

TEST_CASE("a wrong connect string is refused with the part that is wrong") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "names no server"},       {"/x", "names no server"},   {"a:0", "'0' in 'a:0' is not a port"},
      {"a:65536", "is not a port"},  {"a:1x", "is not a port"},   {":1", "names no host"},
      {"[::1", "lacks the closing"}, {"::1:2181", "in brackets"}, {"[::1]x", "is not HOST:PORT"},
      {"a:1/x//y", "chroot"},        {"a:1/x/", "chroot"}};
  for (const auto& [text, part] : cases) {
    INFO(text);
    const auto parsed = parse_connect_string(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK_THAT(parsed.fault().message, Catch::Contains(part));
  }
}

}  // namespace paddock::client
