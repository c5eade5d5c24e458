// The way back: what a stopped server stores, written as a Java server's version-2 directory: a snapshot of
// what is known to be committed, the log behind it, the epochs.
#pragma once

#include <string>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "server/store/env.h"
#include "server/store/store.h"
#include "znode/options.h"

namespace paddock::store {

struct JavaExport {
  Zxid snapshot;  // of the snapshot
  Zxid last;      // of the last transaction in the log behind it
  size_t nodes = 0;
};

// Writes `target`/version-2, which must not exist; durable, and whole if it is there. A fault if the source
// is in use, was never used, or is damaged: then nothing of that name is there.
Result<JavaExport> export_to_java(Env& env, const StoreOptions& source, const znode::Options& options,
                                  const std::string& target);

}  // namespace paddock::store
