// A first start on a Java server's data directory: its snapshot, log and epochs become ours, and its
// directories get another name, because a Java server that came back on them would break promises made since.
//
// Invariants
// 1. Until FORMAT is written everything is still Java's, unchanged; from then on everything is ours.
// 2. IMPORTING is there from before the first change until version-2 is renamed, so that a start after a
//    crash knows what it may remove, or what is left to be done.
#pragma once

#include <string>

#include "protocol/base/result.h"
#include "server/store/base.h"
#include "server/store/env.h"
#include "server/store/java_directory.h"
#include "server/store/wal.h"

namespace paddock::store {

class JavaImport {
 public:
  // `from`: where version-2 may be.
  JavaImport(Env& env, JavaDirectories from, StoreDirectories to, const WalOptions& options);

  // Whether an import was begun and not finished.
  Result<bool> is_under_way() const;
  // Everything but FORMAT. Removes what an earlier attempt left. Requires: no FORMAT in dataDir.
  Status run();
  // Renames version-2. Requires: FORMAT is durable. Does nothing unless an import is under way.
  Status finish();

 private:
  Status remove_earlier_attempt();
  Status write_base(const JavaSnapshotFile& snapshot);
  Status put_aside(const std::string& directory);

  Env& env_;
  const JavaDirectories from_;
  const StoreDirectories to_;
  const WalOptions options_;
};

}  // namespace paddock::store
