#include "client/shell/tree_comparison.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {

TEST_CASE("a comparison names what one side alone has and what differs, in tree order") {
  TreeComparison comparison;
  for (const char* path : {"", "/a", "/a-b", "/a/x"}) comparison.add_left({path, "same", false, {}});
  comparison.add_right({"/a", "other", false, {}});
  comparison.add_right({"", "same", false, {}});
  comparison.add_right({"/b", "", false, {}});
  comparison.add_right({"/a/x", "same", false, {}});
  using Kind = Difference::Kind;
  CHECK(comparison.finish() ==
        std::vector<Difference>{{Kind::changed, "/a"}, {Kind::only_left, "/a-b"}, {Kind::only_right, "/b"}});
}

TEST_CASE("null and empty data are alike, and so are ACLs that one side does not know") {
  TreeComparison comparison;
  comparison.add_left({"/null", "", true, {}});
  comparison.add_right({"/null", "", false, {}});
  comparison.add_left({"/acl", "", false, {{kPermRead, "world", "anyone"}}});
  comparison.add_right({"/acl", "", false, {}});
  CHECK(comparison.finish().empty());
  comparison.add_left({"/acl", "", false, {{kPermRead, "world", "anyone"}}});
  comparison.add_right({"/acl", "", false, {{kPermAll, "world", "anyone"}}});
  CHECK(comparison.finish().size() == 1);
}

}  // namespace paddock::client::shell
