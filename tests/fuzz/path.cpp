// A path, the two halves of the input as a path and one that may be above it.
#include "protocol/base/paths.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string path(fuzz::text_of(data, size));
  if (!is_valid_path(path)) return 0;
  PADDOCK_CHECK(path.front() == '/', "a path that is not absolute");
  if (path == "/") return 0;
  const std::string_view parent = parent_path(path);
  PADDOCK_CHECK(is_valid_path(parent), "the parent of a path is none");
  PADDOCK_CHECK(is_at_or_below(path, parent) && !is_at_or_below(parent, path),
                "a path is not below its parent");
  const std::string joined =
      std::string(parent == "/" ? "" : parent) + "/" + std::string(last_component(path));
  PADDOCK_CHECK(joined == path, "parent and last component are not the path");
  PADDOCK_CHECK(!is_at_or_below(path + "x", path), "a longer name is below a shorter one");
  return 0;
}
