#include <catch2/catch.hpp>

#include "protocol/jute/codec.h"
#include "protocol/txn/txn.h"
#include "server/store/java_log.h"
#include "server/store/java_snapshot.h"
#include "tests/records/samples.h"
#include "znode/state.h"

using namespace paddock;

namespace {

// The server that was recorded had TTL nodes switched on.
znode::Options java_options() {
  znode::Options options;
  options.extended_types = true;
  return options;
}

std::string recorded(std::string_view title) {
  return tests::sample_named(tests::load_samples("disk.txt"), title).bytes;
}

std::string acl_bytes(const store::JavaSnapshot& snapshot, int64_t id) {
  const client::Acl open{client::kPermAll, client::Id{"world", "anyone"}};
  if (id == quorum::kOpenAclId) return jute::encoded(jute::Vector<client::Acl>{open});
  for (const quorum::SnapshotAcl& entry : snapshot.acls) {
    if (entry.id == id) return jute::encoded(entry.acl);
  }
  return "no such list";
}

}  // namespace

TEST_CASE("a recorded Java log replayed reaches the recorded digest at every transaction") {
  const std::string file = recorded("log file log.1");
  const auto entries = store::read_java_log(file);
  REQUIRE(entries.ok());
  znode::State state(java_options());
  size_t compared = 0;
  for (const store::JavaLogEntry& entry : *entries) {
    INFO(fmt::format("zxid 0x{:x}", entry.zxid.value));
    const auto txn = txn::decode_txn(entry.txn);
    REQUIRE(txn.ok());
    state.apply(*txn);
    CHECK(state.last_applied() == entry.zxid);
    if (!txn->digest) continue;
    CHECK(state.tree().digest() == static_cast<uint64_t>(txn->digest->tree_digest));
    ++compared;
  }
  CHECK(compared == 15);
  CHECK(state.digest_mismatches() == 0);
}

TEST_CASE("a recorded Java log replayed gives the tree of the snapshot that Java wrote then") {
  const std::string log = recorded("log file log.1");
  const auto entries = store::read_java_log(log);
  REQUIRE(entries.ok());
  znode::State state(java_options());
  for (const store::JavaLogEntry& entry : *entries) state.apply(*txn::decode_txn(entry.txn));

  const std::string file = recorded("snapshot file snapshot.10,");
  const auto snapshot = store::read_java_snapshot(file);
  REQUIRE(snapshot.ok());
  const znode::Tree& tree = state.tree();
  CHECK(tree.node_count() == snapshot->nodes.size());
  CHECK(tree.digest() == static_cast<uint64_t>(snapshot->digest->tree_digest));
  for (const quorum::SnapshotNode& expected : snapshot->nodes) {
    INFO("node " << expected.path.view());
    const znode::NodeIndex node = tree.find(expected.path.view());
    REQUIRE(node != znode::kNoNode);
    CHECK(tree.data(node) == expected.data);
    CHECK(tree.persisted(node) == expected.stat);
    CHECK(state.acls().encoded(tree.acl(node)) == acl_bytes(*snapshot, expected.acl_id));
  }
  CHECK(state.session_count() == snapshot->sessions.size());
  for (const quorum::SessionTimeout& session : snapshot->sessions) {
    CHECK(state.has_session(SessionId{session.session_id}));
  }
}
