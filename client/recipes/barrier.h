// Barrier and DoubleBarrier, with the layout that kazoo and Curator share.
//
//   Barrier        <path> is there: everybody waits
//   DoubleBarrier  <path>/<guid> is a member, <path>/ready says that all have come
#pragma once

#include <cstdint>
#include <string>

#include "client/recipes/hold.h"

namespace paddock::recipes {

class Barrier {
 public:
  Barrier(ClientPtr zk, std::string path);

  Async<Outcome<Nothing>> raise(Limits limits = {});
  Async<Outcome<Nothing>> lower(Limits limits = {});
  // Until there is no barrier.
  Async<Outcome<Nothing>> wait(Limits limits = {});

 private:
  const ClientPtr zk_;
  const std::string path_;
};

// Begins a common task when all `members` have come, and ends it when all have gone. One object is one
// member.
class DoubleBarrier {
 public:
  DoubleBarrier(ClientPtr zk, std::string path, int32_t members, std::string identifier = {});

  // session_expired: our session ended before all had come, so we are no member any more.
  Async<Outcome<Nothing>> enter(Limits limits = {});
  Async<Outcome<Nothing>> leave(Limits limits = {});

 private:
  const ClientPtr zk_;
  const std::string path_;
  const size_t members_;
  const std::string identifier_;
  const std::string name_;  // of our node
};

}  // namespace paddock::recipes
