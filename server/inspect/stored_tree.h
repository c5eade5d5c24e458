// A stored state, loaded into memory as a server would load it, from a place that does not change by it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/inspect/data_place.h"
#include "znode/state.h"

namespace paddock::inspect {

// The digest that a ZooKeeper snapshot carries; of the tree behind `zxid`, which may be later than the
// snapshot's.
struct StoredDigest {
  Zxid zxid;
  uint64_t value = 0;
};

struct StoredTree {
  TreePlace place;
  Zxid zxid;                // of what is stored; of a ZooKeeper snapshot, that of its name
  uint64_t replayed = 0;    // transactions of the log, applied behind that
  uint64_t file_bytes = 0;  // of its files
  std::optional<StoredDigest> digest;
  std::unique_ptr<znode::State> state;
};

// What is shown is whole: checksums, seals, and that each node has a parent. A fault names the file and what
// is wrong with it; also if a server has the directory open, because its checkpoint may change under the
// reader.
Result<StoredTree> load_tree(const std::string& place);

// Applies what `log_place` has behind the stored state, of Paddock's log up to what is known to be committed,
// as a start does before it hears from others. A fault if the log is damaged, or does not follow.
Status replay_log(StoredTree& tree, const std::string& log_place);

}  // namespace paddock::inspect
