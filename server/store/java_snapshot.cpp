//   snapshot = "ZKSN" version:int dbid:long sessions acls node* "/" seal [digest seal] [zxid:long seal]
//   seal     = adler32:long "/"            over everything in front of it, other seals included
//   digest   = zxid:long version:int digest:long
//
// Java decides by its own settings which optional blocks to expect; the bytes that are left say it better.
#include "server/store/java_snapshot.h"

#include <zlib.h>

#include "protocol/jute/codec.h"

namespace paddock::store {
namespace {

constexpr size_t kSeal = 13;
constexpr size_t kDigestBlock = 20 + kSeal;
constexpr size_t kZxidBlock = 8 + kSeal;

class SnapshotReader {
 public:
  explicit SnapshotReader(std::string_view file) : file_(file), reader_(file) {}

  Result<JavaSnapshot> read() {
    if (reader_.read_int() != kJavaSnapshotMagic) return make_fault("a snapshot does not begin with ZKSN");
    reader_.read_int();
    reader_.read_long();
    JavaSnapshot snapshot;
    jute::decode(reader_, snapshot.sessions);
    jute::decode(reader_, snapshot.acls);
    if (!reader_.ok())
      return make_fault("the sessions or ACLs of a snapshot of {} bytes are malformed", file_.size());
    if (Status nodes = read_nodes(snapshot.nodes); !nodes.ok()) return nodes.fault();
    if (Status seal = read_seal(); !seal.ok()) return seal.fault();
    if (Status tail = read_tail(snapshot); !tail.ok()) return tail.fault();
    return snapshot;
  }

 private:
  size_t offset() const { return file_.size() - reader_.remaining(); }

  Status read_nodes(std::vector<quorum::SnapshotNode>& nodes) {
    for (;;) {
      const size_t start = offset();
      quorum::SnapshotNode node;
      if (jute::decode(reader_, node.path); node.path == jute::Text(quorum::kSnapshotEnd)) return ok_status();
      jute::decode(reader_, node.data);
      jute::decode(reader_, node.acl_id);
      if (!jute::decode(reader_, node.stat)) return make_fault("the node at offset {} is malformed", start);
      nodes.push_back(node);
    }
  }

  Status read_seal() {
    const size_t sealed = offset();
    const int64_t expected = reader_.read_long();
    if (reader_.read_buffer() != jute::Text(quorum::kSnapshotEnd)) {
      return make_fault("no seal at offset {} of a snapshot of {} bytes", sealed, file_.size());
    }
    const auto* bytes = reinterpret_cast<const Bytef*>(file_.data());
    const auto found = static_cast<int64_t>(adler32_z(adler32(0, nullptr, 0), bytes, sealed));
    if (found == expected) return ok_status();
    return make_fault("the seal at offset {} says 0x{:x}, the bytes have 0x{:x}", sealed, expected, found);
  }

  Status read_tail(JavaSnapshot& snapshot) {
    const size_t left = reader_.remaining();
    if (left == kDigestBlock || left == kDigestBlock + kZxidBlock) {
      auto& digest = snapshot.digest.emplace();
      digest.zxid = reader_.read_long();
      digest.version = reader_.read_int();
      digest.tree_digest = reader_.read_long();
      if (Status seal = read_seal(); !seal.ok()) return seal;
    }
    if (reader_.remaining() == kZxidBlock) {
      snapshot.last_applied = Zxid{reader_.read_long()};
      if (Status seal = read_seal(); !seal.ok()) return seal;
    }
    if (reader_.at_end()) return ok_status();
    return make_fault("{} bytes behind the seal at offset {} of a snapshot", left, file_.size() - left);
  }

  std::string_view file_;
  jute::Reader reader_;
};

}  // namespace

Result<JavaSnapshot> read_java_snapshot(std::string_view file) {
  return SnapshotReader(file).read();
}

}  // namespace paddock::store
