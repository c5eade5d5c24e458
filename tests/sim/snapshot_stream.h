// The snapshot stream (spec/quorum-protocol.md 7.2) out of a checkpoint's keys and values, and back.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/base/ids.h"
#include "protocol/base/result.h"
#include "znode/delta.h"

namespace paddock::sim {

// A whole state as a checkpoint holds it: delta.h's keys and values.
struct StateImage {
  std::map<std::string, std::string> entries;
  Zxid applied;
  znode::StateChecksum checksum;

  bool empty() const { return entries.empty(); }
  void merge(const znode::Delta& delta);
};

std::string encode_stream(const StateImage& image);
// `zxid`: what the stream's SNAP packet said. A fault for what is no stream.
Result<StateImage> decode_stream(std::string_view stream, Zxid zxid);

}  // namespace paddock::sim
