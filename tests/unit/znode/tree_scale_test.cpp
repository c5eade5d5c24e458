#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>
#include <string>

#include "znode/tree.h"

namespace paddock::znode {
namespace {

size_t heap_bytes() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

NodeIndex add(Tree& tree, NodeIndex parent, const std::string& path, std::string_view data,
              int64_t owner = 0) {
  client::StatPersisted stat;
  stat.ephemeral_owner = owner;
  return tree.create(parent, path, data, kOpenAcl, stat);
}

// Heap bytes per node, without names and data.
double overhead(size_t thousands, size_t data_size, int64_t owner = 0) {
  constexpr int kChildren = 1000;
  const std::string data(data_size, 'x');
  const size_t before = heap_bytes();
  Tree tree(false);
  size_t content = 0;
  for (size_t p = 0; p < thousands; ++p) {
    const std::string top = fmt::format("/parent-{}", p);
    const NodeIndex parent = add(tree, kRoot, top, data);
    content += top.size() - 1 + data.size();
    for (int c = 0; c < kChildren; ++c) {
      const std::string name = fmt::format("child-{:06}", c);
      add(tree, parent, top + "/" + name, data, owner);
      content += name.size() + data.size();
    }
  }
  return static_cast<double>(heap_bytes() - before - content) / static_cast<double>(tree.node_count());
}

// CPU time of creating and removing `count` children, the best of several runs.
int64_t churn_clocks(Tree& tree, NodeIndex parent, const std::string& path, int count) {
  int64_t best = INT64_MAX;
  for (int run = 0; run < 5; ++run) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < count; ++i) add(tree, parent, fmt::format("{}/churn-{}", path, i), "");
    for (int i = 0; i < count; ++i) tree.remove(tree.find(fmt::format("{}/churn-{}", path, i)));
    best = std::min<int64_t>(best, std::clock() - start);
  }
  return best;
}

}  // namespace

TEST_CASE("a million nodes cost at most 150 bytes each beyond name and data") {
  const size_t before = heap_bytes();
  const auto probe = std::make_unique<char[]>(100'000);
  if (heap_bytes() < before + 100'000) return;  // a sanitizer's allocator does not say
  const double large = overhead(1000, 100);
  INFO(fmt::format("{:.1f} bytes a node", large));
  CHECK(large > 100);
  CHECK(large <= 150);
  for (const size_t data_size : {0, 7, 19}) {
    INFO(data_size << " bytes of data");
    CHECK(overhead(100, data_size) <= 150);
    CHECK(overhead(100, data_size, 77) <= 155);  // ephemerals, which link to their session too
  }
}

TEST_CASE("a parent with a million children is as fast as one with ten") {
  Tree tree(false);
  const NodeIndex big = add(tree, kRoot, "/big", "");
  const NodeIndex small = add(tree, kRoot, "/small", "");
  for (int i = 0; i < 1'000'000; ++i) add(tree, big, fmt::format("/big/{}", i), "");
  for (int i = 0; i < 10; ++i) add(tree, small, fmt::format("/small/{}", i), "");
  const int64_t below_small = churn_clocks(tree, small, "/small", 20'000);
  const int64_t below_big = churn_clocks(tree, big, "/big", 20'000);
  INFO(below_small << " clocks below the small parent, " << below_big << " below the big one");
  CHECK(below_big <= 3 * below_small);
}

}  // namespace paddock::znode
