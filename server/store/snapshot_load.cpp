#include "server/store/snapshot_load.h"

#include <utility>

#include "protocol/quorum/snapshot_stream.h"
#include "server/store/base.h"
#include "server/store/snapshot_file.h"
#include "znode/snapshot_entries.h"
#include "znode/snapshot_loader.h"

namespace paddock::store {
namespace {

constexpr size_t kBatchBytes = 4 << 20;
// The file's own hashes vouch for its lengths.
constexpr int32_t kNoLimit = INT32_MAX;

class StateFiller final : public quorum::SnapshotVisitor {
 public:
  explicit StateFiller(znode::State& state) : loader_(state) {}
  Status session(const quorum::SessionTimeout& session) override {
    loader_.session(session.session_id, session.timeout_ms);
    return ok_status();
  }
  Status acl(const quorum::SnapshotAcl& acl) override {
    loader_.acl(acl.id, acl.acl);
    return ok_status();
  }
  Status node(const quorum::SnapshotNode& node) override {
    return loader_.node(node.path.view(), node.data, node.acl_id, node.stat);
  }
  Status finish(Zxid applied) { return loader_.finish(applied); }

 private:
  znode::SnapshotLoader loader_;
};

class CheckpointFiller final : public quorum::SnapshotVisitor {
 public:
  explicit CheckpointFiller(Checkpoint& checkpoint) : checkpoint_(checkpoint) {}
  Status session(const quorum::SessionTimeout& session) override {
    entries_.session(session.session_id, session.timeout_ms, batch_);
    return write_if_full();
  }
  Status acl(const quorum::SnapshotAcl& acl) override {
    entries_.acl(acl.id, acl.acl);
    return ok_status();
  }
  Status node(const quorum::SnapshotNode& node) override {
    entries_.node(node.path.view(), node.data, node.acl_id, node.stat, batch_);
    return write_if_full();
  }
  Status finish(Zxid applied) {
    batch_.applied = applied;
    batch_.checksum = entries_.checksum();
    return checkpoint_.write(std::exchange(batch_, {}));
  }

 private:
  Status write_if_full() {
    return batch_.bytes < kBatchBytes ? ok_status() : checkpoint_.fill(std::exchange(batch_, {}));
  }

  Checkpoint& checkpoint_;
  znode::SnapshotEntries entries_;
  znode::Delta batch_;
};

// False if abandoned.
Result<bool> feed_file(Env& env, const std::string& path, Zxid zxid, quorum::SnapshotVisitor& visitor,
                       const std::function<bool()>& abandoned) {
  auto file = SnapshotFileReader::open(env, path);
  if (!file.ok()) return file.fault();
  if ((*file)->zxid() != zxid) {
    return make_fault("{}: the snapshot is of zxid 0x{:x}, not 0x{:x}", path, (*file)->zxid().value,
                      zxid.value);
  }
  quorum::SnapshotParser parser(visitor, kNoLimit);
  while (true) {
    if (abandoned()) return false;
    const auto piece = (*file)->next();
    if (!piece.ok()) return piece.fault();
    if (!*piece) break;
    const auto fed = parser.feed(**piece);
    if (!fed.ok()) return make_fault("{}: {}", path, fed.fault().message);
    if (*fed < (*piece)->size()) return make_fault("{}: goes on behind the stream's end", path);
  }
  if (!parser.ended()) return make_fault("{}: ends before the stream does", path);
  return true;
}

}  // namespace

Status load_snapshot(Env& env, const std::string& path, Zxid zxid, znode::State& state) {
  StateFiller filler(state);
  const auto fed = feed_file(env, path, zxid, filler, [] { return false; });
  if (!fed.ok()) return fed.fault();
  const Status done = filler.finish(zxid);
  return done.ok() ? done : make_fault("{}: {}", path, done.fault().message);
}

Result<std::unique_ptr<Checkpoint>> checkpoint_from_snapshot(Env& env, const std::string& path, Zxid zxid,
                                                             const std::string& directory,
                                                             const CheckpointOptions& options,
                                                             const std::function<bool()>& abandoned) {
  if (Status done = remove_directory(env, directory); !done.ok()) return done.fault();
  auto checkpoint = Checkpoint::open(env, directory, options);
  if (!checkpoint.ok()) return checkpoint;
  CheckpointFiller filler(**checkpoint);
  const auto fed = feed_file(env, path, zxid, filler, abandoned);
  if (!fed.ok()) return fed.fault();
  if (!*fed) return std::unique_ptr<Checkpoint>();
  if (Status done = filler.finish(zxid); !done.ok()) return done.fault();
  return checkpoint;
}

}  // namespace paddock::store
