#include "znode/quota.h"

#include <catch2/catch.hpp>
#include <string>

#include "state_fixture.h"

namespace paddock::znode::test {
namespace {

// Sets up a quota as a client does: the chain of parents, then limits, then stats.
void set_quota(World& world, const std::string& path) {
  const std::string top = "/zookeeper/quota" + path;
  for (size_t slash = std::string("/zookeeper/quota").size(); slash != std::string::npos;) {
    slash = top.find('/', slash + 1);
    const std::string step = top.substr(0, slash);
    if (!world.has(step)) world.create(step);
  }
  world.create(top + "/zookeeper_limits", "count=100,bytes=-1");
  world.create(top + "/zookeeper_stats", "");
}

std::string usage(const World& world, const std::string& path) {
  return world.data("/zookeeper/quota" + path + "/zookeeper_stats");
}

void reload(World& world) {
  const Delta all = world.state.full_delta();
  world.state.begin_load();
  for (const Delta::Entry& entry : all.entries)
    REQUIRE(load_entry(world.state, entry.key, *entry.value).ok());
  REQUIRE(world.state.finish_load(all.applied, all.checksum).ok());
}

}  // namespace

TEST_CASE("quota texts are written as ZooKeeper writes them") {
  CHECK(QuotaText{}.to_text() == "count=-1,bytes=-1");
  QuotaText quota;
  quota.count = 5;
  quota.byte_hard_limit = 100;
  quota.count_hard_limit = 5;
  CHECK(quota.to_text() == "count=5,bytes=-1=;byteHardLimit=100;countHardLimit=5");
}

TEST_CASE("quota texts are read leniently and survive a round trip") {
  const QuotaText quota = QuotaText::parse("count=5,bytes=-1=;byteHardLimit=100;countHardLimit=-1;other=7");
  CHECK(quota.count == 5);
  CHECK(quota.bytes == -1);
  CHECK(quota.byte_hard_limit == 100);
  CHECK(quota.count_hard_limit == -1);
  CHECK(quota.others.at("other") == 7);
  CHECK(quota.to_text() == "count=5,bytes=-1=;byteHardLimit=100;countHardLimit=-1;other=7");
  for (const char* text : {"", "count", "count=", "count=x", ",;=,", "count=1x"}) {
    CAPTURE(text);
    CHECK(QuotaText::parse(text).count == -1);
  }
  CHECK(QuotaText::parse("bytes=12,,count=3").count == 3);
}

TEST_CASE("creating the stats node counts what is there, and later changes are added") {
  World world;
  world.create("/a", "12345");
  world.create("/a/b", "12");
  world.create("/ab", "not below /a");
  set_quota(world, "/a");
  CHECK(usage(world, "/a") == "count=2,bytes=7");
  world.create("/a/c", "123");
  CHECK(usage(world, "/a") == "count=3,bytes=10");
  world.set_data("/a", "1");
  CHECK(usage(world, "/a") == "count=3,bytes=6");
  world.set_data("/a/c", jute::Buffer());
  CHECK(usage(world, "/a") == "count=3,bytes=3");
  world.remove("/a/b");
  CHECK(usage(world, "/a") == "count=2,bytes=1");
  world.create("/ab/c", "nor this");
  CHECK(usage(world, "/a") == "count=2,bytes=1");
}

TEST_CASE("upkeep changes no stat and tells no watcher") {
  World world;
  world.create("/a");
  set_quota(world, "/a");
  const client::Stat before = world.stat("/zookeeper/quota/a/zookeeper_stats");
  world.watch(1, "/zookeeper/quota/a/zookeeper_stats");
  world.create("/a/b", "12");
  client::Stat after = world.stat("/zookeeper/quota/a/zookeeper_stats");
  CHECK(world.events().empty());
  after.data_length = before.data_length;
  CHECK(after == before);
}

TEST_CASE("the longest registered prefix keeps the usage") {
  World world;
  world.create("/a");
  world.create("/a/b");
  set_quota(world, "/a");
  set_quota(world, "/a/b");
  CHECK(world.state.quota_prefix("/a/b/c") == "/a/b");
  CHECK(world.state.quota_prefix("/a/bc") == "/a");
  CHECK(world.state.quota_prefix("/a") == "/a");
  CHECK(world.state.quota_prefix("/ab") == "");
  CHECK(world.state.quota_prefix("/") == "");
  world.create("/a/b/c", "1");
  CHECK(usage(world, "/a/b") == "count=2,bytes=1");
  CHECK(usage(world, "/a") == "count=2,bytes=0");
}

TEST_CASE("deleting the limits ends the quota, and the root never has one") {
  World world;
  world.create("/a");
  set_quota(world, "/a");
  world.remove("/zookeeper/quota/a/zookeeper_limits");
  CHECK(world.state.quota_prefix("/a") == "");
  world.create("/a/b");
  CHECK(usage(world, "/a") == "count=1,bytes=0");
  world.create("/zookeeper/quota/zookeeper_limits", "count=1,bytes=1");
  CHECK(world.state.quota_prefix("/a") == "");
}

TEST_CASE("a quota without a stats node is kept and counts nothing") {
  World world;
  world.create("/zookeeper/quota/a");
  world.create("/zookeeper/quota/a/zookeeper_limits");
  CHECK(world.create("/a") == ErrorCode::ok);
  CHECK(world.state.quota_prefix("/a") == "/a");
}

TEST_CASE("loading finds the quotas and counts afresh; the mended nodes reach the next delta") {
  World world;
  world.create("/a", "123");
  set_quota(world, "/a");
  world.set_data("/zookeeper/quota/a/zookeeper_stats", "a client wrote this");
  reload(world);
  CHECK(world.state.quota_prefix("/a/b") == "/a");
  CHECK(usage(world, "/a") == "count=1,bytes=3");
  world.state.record_changes(true);
  const Delta mended = world.state.take_delta();
  REQUIRE(mended.entries.size() == 1);
  CHECK(mended.entries[0].key == "n/zookeeper/quota/a/zookeeper_stats");
  CHECK(mended.checksum == world.state.checksum());
}

}  // namespace paddock::znode::test
