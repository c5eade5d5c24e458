// The snapshot files of Java's ZooKeeper (spec/disk-formats.md section 3), uncompressed, read from their
// bytes: for importing a Java server's data directory, and for tests. Pure: no file is opened here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/quorum/records.h"

namespace paddock::store {

inline constexpr int32_t kJavaSnapshotMagic = 0x5a4b534e;  // "ZKSN"

// The tree's digest after `zxid`, which may be behind the zxid that names the file (section 5.1).
struct JavaSnapshotDigest {
  int64_t zxid = 0;
  int32_t version = 0;
  int64_t tree_digest = 0;
};

// Texts and buffers are views into the file's bytes.
struct JavaSnapshot {
  jute::Vector<quorum::SessionTimeout> sessions;
  jute::Vector<quorum::SnapshotAcl> acls;
  std::vector<quorum::SnapshotNode> nodes;   // the root first
  std::optional<JavaSnapshotDigest> digest;  // 3.6 on
  std::optional<Zxid> last_applied;          // 3.9 on
};

// A fault names the offset of what cannot be read, or of the seal (Adler-32) that does not match. ACL ids are
// not looked up: Java tolerates those that its table lacks.
Result<JavaSnapshot> read_java_snapshot(std::string_view file);

}  // namespace paddock::store
