// What a person points at: a file or a directory of Paddock's or of Apache ZooKeeper's, recognised by what it
// holds.
//
// Paddock's: dataDir or dataLogDir (with paddock/ in it), that paddock directory, its wal or checkpoint
// directory, a segment, a snapshot file. ZooKeeper's: dataDir or dataLogDir (with version-2/), version-2, a
// log, a snapshot.
#pragma once

#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::inspect {

enum class Maker { paddock, zookeeper };

struct LogPlace {
  Maker maker = Maker::paddock;
  std::vector<std::string> files;  // oldest first
  bool whole = false;              // all of a log: what is missing between two files is missed
  std::string directory;           // paddock or version-2, where one was named
};
// A fault says what is there instead.
Result<LogPlace> find_log(store::Env& env, const std::string& place);

enum class TreeForm {
  checkpoint,          // a LevelDB directory
  received_snapshot,   // a file that a leader sent, of Paddock's own form
  zookeeper_snapshot,  // a file
};
struct TreePlace {
  TreeForm form = TreeForm::checkpoint;
  std::string path;
  std::string directory;    // as above
  std::string passed_over;  // what is wrong with newer snapshots, as a ZooKeeper server would pass them over
};
// The state that counts: of a paddock directory that of its base, of version-2 the newest snapshot that is
// whole.
Result<TreePlace> find_tree(store::Env& env, const std::string& place);

// Whether a server has the paddock directory of `directory` open. Asks its lock for an instant, holds
// nothing.
Result<bool> is_in_use(const std::string& directory);

}  // namespace paddock::inspect
