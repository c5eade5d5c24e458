#include "znode/digest.h"

#include <catch2/catch.hpp>

namespace paddock::znode {

TEST_CASE("node digests equal those recorded from ZooKeeper 3.8.0") {
  client::StatPersisted fresh;
  CHECK(node_digest(digest_prefix("", ""), fresh) == 68323592);
  CHECK(node_digest(digest_prefix("/", ""), fresh) == 68323592);
  CHECK(node_digest(digest_prefix("/zookeeper", ""), fresh) == 1303661912);

  client::StatPersisted a;
  a.czxid = a.mzxid = a.pzxid = 2;
  a.ctime = a.mtime = 1700000000000;
  CHECK(node_digest(digest_prefix("/a", "hello"), a) == 2769395019);

  client::StatPersisted root;
  root.cversion = 1;
  root.pzxid = 2;
  CHECK(node_digest(digest_prefix("", ""), root) == 51738866);
}

TEST_CASE("null and empty data digest alike") {
  CHECK(digest_prefix("/a", jute::Buffer()) == digest_prefix("/a", ""));
  CHECK(digest_prefix("/a", "b") == digest_prefix("/ab", ""));
}

TEST_CASE("only what lies below /zookeeper/ is left out of the digest") {
  CHECK(is_digested(""));
  CHECK(is_digested("/zookeeper"));
  CHECK(is_digested("/zookeepers/a"));
  CHECK_FALSE(is_digested("/zookeeper/quota"));
  CHECK_FALSE(is_digested("/zookeeper/config"));
}

}  // namespace paddock::znode
