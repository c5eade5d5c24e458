// A base: what everything that a server stores stands on, a checkpoint and the log that follows it. A
// snapshot from a leader becomes a new one beside the old; one small file, BASE, says which counts.
//
//   dataDir/paddock/     BASE  checkpoint.<n>/  snapshot.<n>   (n = 0: checkpoint/, and no BASE)
//   dataLogDir/paddock/  wal.<n>/                              (n = 0: wal/)   spare.log (spare_segment.h)
//                        wal.<n>/*.used (used_segments.h)
//
// Invariants
// 1. BASE is replaced atomically, when all that it names is durable.
// 2. What BASE does not name counts nothing, and goes at the next start.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

// The paddock directories of dataDir and dataLogDir; may be one.
struct StoreDirectories {
  std::string data;
  std::string log;
};

struct Base {
  uint64_t number = 0;
  // False: the state is in the snapshot file, the checkpoint is still to be filled from it.
  bool has_checkpoint = true;
  Zxid zxid;  // of the snapshot it began with
  friend bool operator==(const Base&, const Base&) = default;
};

std::string checkpoint_directory(const StoreDirectories& directories, uint64_t base);
std::string wal_directory(const StoreDirectories& directories, uint64_t base);
std::string snapshot_path(const StoreDirectories& directories, uint64_t base);

// Base 0 if there is no BASE; a fault for one that is damaged or of a later version.
Result<Base> read_base(Env& env, const StoreDirectories& directories);
// Durable when it returns.
Status write_base(Env& env, const StoreDirectories& directories, const Base& base);

// Removes `directory` and the files in it; nothing if it is not there.
Status remove_directory(Env& env, const std::string& directory);
Status remove_file_if_there(Env& env, const std::string& directory, const std::string& path);
// Removes what belongs to other bases than `base`, and of it what it does not need.
Status remove_other_bases(Env& env, const StoreDirectories& directories, const Base& base);

}  // namespace paddock::store
