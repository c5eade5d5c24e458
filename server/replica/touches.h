// Touches: the sessions that a learner heard of since its leader last asked (spec/quorum-protocol.md section
// 9). Every request touches its session, so a touch that is noted already costs one look-up.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>

#include "protocol/base/bytes.h"
#include "protocol/base/ids.h"
#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"

namespace paddock::replica {

class Touches {
 public:
  void touch(SessionId session, int32_t timeout_ms) { timeouts_ms_[session.value] = timeout_ms; }
  // The data of a PING's answer: all since the last call.
  Bytes take() {
    std::string data;
    jute::Writer writer(data);
    for (const auto& [session, timeout_ms] : timeouts_ms_) {
      jute::encode(writer, quorum::SessionTimeout{session, timeout_ms});
    }
    timeouts_ms_.clear();
    return Bytes(std::move(data));
  }
  void reset() { timeouts_ms_.clear(); }

 private:
  boost::unordered_flat_map<int64_t, int32_t> timeouts_ms_;
};

}  // namespace paddock::replica
