// A point-in-time image of the checkpoint, as the stream that a learner gets (spec/quorum-protocol.md 7.2),
// piece by piece. The checkpoint goes on being written meanwhile.
//
// Owner: the reading thread; opened on the checkpoint thread. Must be gone before the checkpoint is.
//
// The stream begins with counts and the table of ACL lists, which the checkpoint does not have: so a first
// pass over the keys counts sessions and numbers the lists.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "protocol/quorum/snapshot_stream.h"

namespace leveldb {
class DB;
class Iterator;
class Snapshot;
class Status;
}  // namespace leveldb

namespace paddock::store {

class LevelDbEnv;

class CheckpointImage {
 public:
  static constexpr size_t kPieceBytes = 1 << 20;

  // `zxid`: the checkpoint's `applied` now. `db`, `env` and `directory` are the checkpoint's.
  CheckpointImage(leveldb::DB& db, const LevelDbEnv& env, const std::string& directory, Zxid zxid);
  ~CheckpointImage();
  CheckpointImage(const CheckpointImage&) = delete;
  CheckpointImage& operator=(const CheckpointImage&) = delete;

  Zxid zxid() const { return zxid_; }
  // The next at most kPieceBytes; empty behind the last. A fault is one of the disk, or damage.
  Result<Bytes> next();
  // All has been given out.
  bool at_end() const { return written_ && ready_.empty(); }

 private:
  Status survey();
  Status write_head();
  Status write_sessions();
  void write_acls();
  Status write_nodes();
  Status check(const leveldb::Status& status) const;
  Fault malformed(std::string_view key) const;

  // Fixed at construction.
  leveldb::DB& db_;
  const LevelDbEnv& env_;
  const std::string& directory_;
  const Zxid zxid_;
  const leveldb::Snapshot* const snapshot_;

  std::unique_ptr<leveldb::Iterator> nodes_;          // the next node; none before the head is written
  std::unordered_map<std::string, int64_t> acl_ids_;  // by the encoded list
  size_t sessions_ = 0;
  std::string ready_;
  quorum::SnapshotWriter writer_{ready_};
  bool written_ = false;
};

}  // namespace paddock::store
