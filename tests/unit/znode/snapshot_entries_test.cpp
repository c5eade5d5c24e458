#include "znode/snapshot_entries.h"

#include <catch2/catch.hpp>

#include "state_fixture.h"
#include "znode/snapshot_loader.h"

namespace paddock::znode::test {
namespace {

// Gives the same elements to both.
struct Both {
  Both() : loader(loaded) {}
  void session(int64_t id, int32_t timeout_ms) {
    loader.session(id, timeout_ms);
    entries.session(id, timeout_ms, delta);
  }
  void acl(int64_t id, const AclView& list) {
    loader.acl(id, list);
    entries.acl(id, list);
  }
  void node(const char* path, const jute::Buffer& data, int64_t acl_id,
            const client::StatPersisted& stat = {}) {
    REQUIRE(loader.node(path, data, acl_id, stat).ok());
    entries.node(path, data, acl_id, stat, delta);
  }

  State loaded{Options{}};
  SnapshotLoader loader;
  SnapshotEntries entries;
  Delta delta;
};

}  // namespace

TEST_CASE("the entries of a snapshot are the checkpoint of the state that the loader makes of it") {
  Both both;
  both.session(7, 4000);
  both.session(8, 5000);
  both.session(7, 6000);  // only a broken leader says it twice
  both.acl(1, digest_acl("user:hash"));
  both.acl(2, AclView{{client::kPermAll, {"world", "anyone"}}});
  both.acl(3, AclView::make_null());
  both.node("", jute::Buffer(), -1, {1, 2, 3, 4, 5, 6, 7, 0, 9});
  both.node("/zookeeper", "", -1);
  both.node("/zookeeper/config", "text", 1);
  both.node("/secret", "data", 1, {2, 2, 10, 10, 0, 0, 0, 7, 2});
  both.node("/open", "", 2);
  both.node("/null", jute::Buffer(), 3);
  both.node("/unknown", "x", 99);
  REQUIRE(both.loader.finish(Zxid{20}).ok());
  CHECK(both.entries.checksum() == both.loaded.checksum());

  State reloaded({});
  reloaded.begin_load();
  for (const Delta::Entry& entry : both.delta.entries) {
    REQUIRE(load_entry(reloaded, entry.key, *entry.value).ok());
  }
  const Status whole = reloaded.finish_load(Zxid{20}, both.entries.checksum());
  INFO((whole.ok() ? "" : whole.fault().message));
  CHECK(whole.ok());
}

}  // namespace paddock::znode::test
