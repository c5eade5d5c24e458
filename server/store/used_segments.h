// Segments that the log needs no more, kept beside it to be written again.
//
// A file that goes gives its blocks back, and a file that comes asks for others: both wait for the file
// system's journal, a thin disk beneath has to make room anew, and the log's next fdatasync waits with them.
// What was written before has its place. Nothing of the old content can pass for the log's: see stamp in
// wal_format.h.
//
// Owner: the log (one thread). They lie in the log's directory under names that are no segment's.
//
// Invariant: the names that keep() and recover() make are durable before take() gives one out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/result.h"
#include "server/store/env.h"

namespace paddock::store {

class UsedSegments {
 public:
  // As many as there are between two checkpoints, each of which follows 256 MiB of log at full load.
  static constexpr size_t kMost = 8;

  // `bytes`: of a segment that is of use.
  UsedSegments(Env& env, std::string directory, uint64_t bytes)
      : env_(env), directory_(std::move(directory)), bytes_(bytes) {}

  // Takes over what an earlier life kept; what is of no use goes.
  Status recover();
  // The file `path` is no segment any more: it is kept if it is of use, and else goes. Durable when it
  // returns.
  Status retire(const std::string& path, uint64_t size);
  // One that may be overwritten and renamed; nothing if there is none of that size.
  std::optional<std::string> take(uint64_t size);
  bool empty() const { return kept_.empty(); }

 private:
  Env& env_;
  const std::string directory_;
  const uint64_t bytes_;
  std::vector<std::string> kept_;
};

}  // namespace paddock::store
