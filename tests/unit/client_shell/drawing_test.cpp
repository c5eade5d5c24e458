#include "client/shell/tree_drawing.h"

#include <catch2/catch.hpp>

#include "client/shell/pattern.h"
#include "client/shell/usage.h"

namespace paddock::client::shell {
namespace {

Found node(const std::string& path, int32_t bytes = 0, size_t left_out = 0) {
  Found found{path, {}, left_out};
  found.stat.data_length = bytes;
  return found;
}

}  // namespace

TEST_CASE("a tree is drawn with its lines, and says what is not shown") {
  CHECK(draw_tree("/app", {node("/app", 0, 7), node("/app/a"), node("/app/a/x", 0, 2), node("/app/a/x/1"),
                           node("/app/a/y"), node("/app/b")}) ==
        "/app\n"
        "├── a\n"
        "│   ├── x\n"
        "│   │   ├── 1\n"
        "│   │   └── (+2 more)\n"
        "│   └── y\n"
        "├── b\n"
        "└── (+7 more)");
  CHECK(draw_tree("/", {node("/"), node("/a")}) == "/\n└── a");
}

TEST_CASE("the order of a tree keeps what is below a node together") {
  CHECK(tree_less("/a", "/a/b"));
  CHECK(tree_less("/a/b", "/a-b"));
  CHECK_FALSE(tree_less("/a-b", "/a/z"));
  CHECK(depth_below("/", "/") == 0);
  CHECK(depth_below("/", "/a/b") == 2);
  CHECK(depth_below("/a", "/a/b") == 1);
}

TEST_CASE("use is counted for each node with all that is below it, the largest first") {
  const std::vector<Found> nodes = {node("/r", 1), node("/r/a", 10), node("/r/a/x", 5), node("/r/b", 100)};
  CHECK(usage_of("/r", nodes, 1) == std::vector<Usage>{{"/r", 116, 4}, {"/r/b", 100, 1}, {"/r/a", 15, 2}});
  CHECK(usage_of("/r", nodes, 0) == std::vector<Usage>{{"/r", 116, 4}});
}

TEST_CASE("ephemeral nodes are told from containers and from nodes with a time to live") {
  Stat stat;
  CHECK_FALSE(is_ephemeral(stat));
  stat.ephemeral_owner = 0x100000a;
  CHECK(is_ephemeral(stat));
  stat.ephemeral_owner = INT64_MIN;
  CHECK_FALSE(is_ephemeral(stat));
  stat.ephemeral_owner = static_cast<int64_t>(0xff00000000001000);
  CHECK_FALSE(is_ephemeral(stat));
}

TEST_CASE("a pattern is an expression or text, and looks behind NUL bytes") {
  CHECK(Pattern::compile("a.c", false, false)->matches("xxabcxx"));
  CHECK_FALSE(Pattern::compile("a.c", true, false)->matches("abc"));
  CHECK(Pattern::compile("a.c", true, true)->matches("A.C"));
  CHECK(Pattern::compile("end$", false, false)->matches(std::string_view("\0end", 4)));
  CHECK_FALSE(Pattern::compile("", false, false)->matches("") == false);
  CHECK_FALSE(Pattern::compile("(", false, false).ok());
  CHECK(lines_of("a\n\nb\n") == std::vector<std::string_view>{"a", "", "b"});
}

}  // namespace paddock::client::shell
