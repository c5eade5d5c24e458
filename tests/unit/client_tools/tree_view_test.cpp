#include "client/tools/tree_view.h"

#include <catch2/catch.hpp>

#include "client/shell/tree_drawing.h"

namespace paddock::client::tools {
namespace {

// Creates the nodes, a parent first, each with as much data as its path is long.
void fill(znode::State& state, const std::vector<std::string>& paths) {
  int64_t zxid = 0;
  for (const std::string& path : paths) {
    txn::Txn txn;
    txn.header.zxid = ++zxid;
    txn.header.type = static_cast<int32_t>(client::OpCode::create);
    const client::Acl open{client::kPermAll, {"world", "anyone"}};
    txn.body = txn::CreateTxn{path, path, {open}, false, -1};
    state.apply(txn);
  }
}

const std::vector<std::string> kPaths = {"/app",     "/app/b", "/app/a", "/app/a/x",
                                         "/app/a/y", "/app-1", "/app/c"};

}  // namespace

TEST_CASE("nodes come in the order of a tree that is written down, within their limits") {
  znode::State state({});
  fill(state, kPaths);
  const auto drawn = [&](const TreeLimits& limits) {
    return shell::draw_tree("/app", nodes_of(state.tree(), "/app", limits));
  };
  CHECK(drawn({}) == "/app\n├── a\n│   ├── x\n│   └── y\n├── b\n└── c");
  CHECK(drawn({1, SIZE_MAX}) == "/app\n├── a\n├── b\n└── c");
  CHECK(drawn({SIZE_MAX, 1}) == "/app\n├── a\n│   ├── x\n│   └── (+1 more)\n└── (+2 more)");
  CHECK(drawn({0, SIZE_MAX}) == "/app");
  CHECK(nodes_of(state.tree(), "/").size() == kPaths.size() + 4);
}

TEST_CASE("a summary names the nodes with the most data and the most children") {
  znode::State state({});
  fill(state, kPaths);
  const TreeSummary summary = summary_of(nodes_of(state.tree(), "/app"), 2);
  CHECK(summary.nodes == 6);
  CHECK(summary.ephemerals == 0);
  CHECK(summary.data_bytes == 38);
  using Rows = std::vector<std::pair<std::string, int64_t>>;
  CHECK(summary.most_data == Rows{{"/app/a/x", 8}, {"/app/a/y", 8}});
  CHECK(summary.most_children == Rows{{"/app", 3}, {"/app/a", 2}});
}

}  // namespace paddock::client::tools
