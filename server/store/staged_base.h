// A base that is being received, beside the one in use: a snapshot file, and a log that begins behind it.
//
// Owner: the log thread. Nothing of it counts before write_base() names it (base.h).
#pragma once

#include <memory>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/base.h"
#include "server/store/env.h"
#include "server/store/snapshot_file.h"
#include "server/store/wal.h"

namespace paddock::store {

class StagedBase {
 public:
  static Result<std::unique_ptr<StagedBase>> begin(Env& env, const StoreDirectories& directories,
                                                   uint64_t number, Zxid zxid, const WalOptions& options);

  Status append_chunk(std::string_view bytes) { return snapshot_->append(bytes); }
  // What is appended to it is durable, as far as a log without a base can be.
  Wal& wal() { return *wal_; }
  // Makes all of it durable, and the base in use. Only take_wal() may follow.
  Status install();
  std::unique_ptr<Wal> take_wal() { return std::move(wal_); }
  // Removes all of it. Nothing may follow.
  Status abandon();
  const Base& base() const { return base_; }

 private:
  StagedBase(Env& env, const StoreDirectories& directories, const Base& base)
      : env_(env), directories_(directories), base_(base) {}

  Env& env_;
  const StoreDirectories directories_;
  const Base base_;
  std::unique_ptr<SnapshotFileWriter> snapshot_;
  std::unique_ptr<Wal> wal_;
};

}  // namespace paddock::store
