#include "protocol/base/paths.h"

#include <catch2/catch.hpp>
#include <string>

namespace paddock {

TEST_CASE("a path is valid where ZooKeeper's PathUtils accepts it") {
  for (const char* path :
       {"/", "/a", "/a/b", "/a.b", "/...", "/\xc3\xa9", "/\xe2\x82\xac", "/ ", "/\xef\xbf\xaf"}) {
    INFO(path);
    CHECK(is_valid_path(path));
  }
}

TEST_CASE("a path is refused for its shape") {
  for (const char* path :
       {"", "a", "a/b", "/a/", "//", "//a", "/a//b", "/.", "/..", "/a/./b", "/a/../b", "/a/.."}) {
    INFO(path);
    CHECK_FALSE(is_valid_path(path));
  }
}

TEST_CASE("a path is refused for a code point outside of ZooKeeper's ranges") {
  for (const std::string& path :
       {std::string("/a\0b", 4), std::string("/\x01"), std::string("/\x1f"), std::string("/\x7f"),
        std::string("/\xc2\x80"), std::string("/\xc2\x9f"), std::string("/\xee\x80\x80"),
        std::string("/\xef\xbf\xb0"), std::string("/\xef\xbf\xbd"), std::string("/\xf0\x9f\x98\x80"),
        std::string("/\xff"), std::string("/\xc3"), std::string("/\xe2\x82"), std::string("/\xc0\xaf"),
        std::string("/\xed\xa0\x80")}) {
    INFO(path);
    CHECK_FALSE(is_valid_path(path));
  }
}

TEST_CASE("parent and last component split a path at its last slash") {
  CHECK(parent_path("/a/b") == "/a");
  CHECK(parent_path("/a") == "/");
  CHECK(parent_path("/a/") == "/a");
  CHECK(last_component("/a/b") == "b");
  CHECK(last_component("/a/") == "");
}

TEST_CASE("a node's path is its parent's and a name") {
  for (const char* path : {"/a", "/a/b", "/a/b//c/d"}) CHECK(names_a_node(path));
  for (const char* path : {"", "/", "a", "a/b", "//", "//a", "/a/", "/a//b"}) {
    CAPTURE(path);
    CHECK_FALSE(names_a_node(path));
  }
}

TEST_CASE("a node lies at or below its ancestors, not below a prefix of its name") {
  CHECK(is_at_or_below("/a/b", "/a"));
  CHECK(is_at_or_below("/a", "/a"));
  CHECK(is_at_or_below("/a", "/"));
  CHECK_FALSE(is_at_or_below("/ab", "/a"));
  CHECK_FALSE(is_at_or_below("/", "/a"));
}

}  // namespace paddock
