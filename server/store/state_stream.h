// A state in memory as a snapshot stream (spec/quorum-protocol.md 7.2).
#pragma once

#include <functional>
#include <string_view>

#include "protocol/base/result.h"
#include "protocol/quorum/snapshot_stream.h"
#include "znode/state.h"

namespace paddock::store {

// Gives the stream to `sink` in pieces of about 1 MiB; stops at its first fault.
Status stream_state(const znode::State& state, quorum::SnapshotClosing closing,
                    const std::function<Status(std::string_view)>& sink);

}  // namespace paddock::store
