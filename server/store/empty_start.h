// Whether a member of an ensemble that finds nothing stored was never used, or has lost what it promised
// (ZooKeeper's db.autocreate). Where emptiness is not trusted, an operator says that a server is new by a
// file of the name `initialize` in dataDir or dataLogDir.
//
// The file is gone after the start that has seen it, so that it does not vouch for a disk that is lost later.
// That it was there is noted among the server's own files, and is lost with them: a server that is killed
// before its first epoch is still a new one.
#pragma once

#include <string>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

struct EmptyStart {
  std::string data_dir;
  std::string data_log_dir;
  std::string own_directory;  // of the server's own files
  bool empty = false;         // nothing is stored there
  bool trusted = true;        // db.autocreate
};

// Why this server may have forgotten a promise; empty: it has not.
Result<std::string> doubt_of(Env& env, const EmptyStart& start);

}  // namespace paddock::store
