#include "server/store/staged_base.h"

namespace paddock::store {

Result<std::unique_ptr<StagedBase>> StagedBase::begin(Env& env, const StoreDirectories& directories,
                                                      uint64_t number, Zxid zxid, const WalOptions& options) {
  std::unique_ptr<StagedBase> staged(new StagedBase(env, directories, {number, false, zxid}));
  const std::string log = wal_directory(directories, number);
  if (Status done = remove_directory(env, log); !done.ok()) return done.fault();
  auto snapshot = SnapshotFileWriter::create(env, snapshot_path(directories, number), zxid);
  if (!snapshot.ok()) return snapshot.fault();
  staged->snapshot_ = std::move(*snapshot);
  WalContents nothing;
  auto wal = Wal::open(env, log, options, zxid, nothing);
  if (!wal.ok()) return wal.fault();
  staged->wal_ = std::move(*wal);
  return staged;
}

Status StagedBase::install() {
  if (Status done = snapshot_->finish(); !done.ok()) return done;
  snapshot_.reset();
  if (Status done = wal_->sync(); !done.ok()) return done;
  if (Status done = env_.sync_directory(directories_.data); !done.ok()) return done;
  return write_base(env_, directories_, base_);
}

Status StagedBase::abandon() {
  snapshot_.reset();
  wal_.reset();
  const std::string path = snapshot_path(directories_, base_.number);
  if (Status done = remove_file_if_there(env_, directories_.data, path); !done.ok()) return done;
  return remove_directory(env_, wal_directory(directories_, base_.number));
}

}  // namespace paddock::store
