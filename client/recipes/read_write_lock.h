// ReadWriteLock: many readers or one writer, first come first served. In one line with kazoo's ReadLock and
// WriteLock (Naming::kazoo) or Curator's InterProcessReadWriteLock (Naming::curator); `bridge` has no meaning
// here and is kazoo.
//
// Whoever reads must not ask to write before giving that back: two who do wait for each other.
#pragma once

#include <string>

#include "client/recipes/lock.h"

namespace paddock::recipes {

class ReadWriteLock {
 public:
  ReadWriteLock(ClientPtr zk, std::string path, LockOptions options = {});

  Async<Outcome<Hold>> read(Limits limits = {});
  Async<Outcome<Hold>> write(Limits limits = {});
  // The writer goes on as a reader, without letting another writer in between. `writer` is used up; on a
  // failure it is given back. unimplemented: the numbers of the directory have ended (naming.h), and no name
  // says any more that a reader stands where a writer stood.
  Async<Outcome<Hold>> downgrade(Hold writer);

 private:
  Async<Outcome<Hold>> take(Claim claim, Limits limits);

  const ClientPtr zk_;
  const std::string path_;
  const LockOptions options_;
};

}  // namespace paddock::recipes
