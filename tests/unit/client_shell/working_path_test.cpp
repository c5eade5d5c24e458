#include "client/shell/working_path.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {

TEST_CASE("relative paths begin at the working node") {
  CHECK(resolve_path("/", "a") == "/a");
  CHECK(resolve_path("/app", "a/b") == "/app/a/b");
  CHECK(resolve_path("/app/x", "..") == "/app");
  CHECK(resolve_path("/app/x", "../y") == "/app/y");
  CHECK(resolve_path("/app", ".") == "/app");
  CHECK(resolve_path("/app", "") == "/app");
  CHECK(resolve_path("/", "../..") == "/");
  CHECK(resolve_path("/app", "a/") == "/app/a");
}

TEST_CASE("an absolute path is taken as it is, unless it holds dots") {
  CHECK(resolve_path("/app", "/b") == "/b");
  CHECK(resolve_path("/app", "/b/") == "/b/");
  CHECK(resolve_path("/app", "/b//c") == "/b//c");
  CHECK(resolve_path("/app", "/b/../c") == "/c");
  CHECK(resolve_path("/app", "/b/...") == "/b/...");
}

}  // namespace paddock::client::shell
