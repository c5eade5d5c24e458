// Remarks: what an operator should hear of, as values. Whoever runs the replica puts them into the log, as
// often as is good for it.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"
#include "znode/quota_excess.h"

namespace paddock::replica {

// A client asked for another ensemble than this one, and was sent away.
struct UnknownEnsemble {
  std::string name;
  std::string address;  // the client's
};

// An answer was, or would have been, larger than its client may take.
struct LargeAnswer {
  client::OpCode type = client::OpCode::error;
  std::string path;  // empty: the request has none
  size_t bytes = 0;
  size_t limit = 0;
  enum class Outcome {
    sent,
    refused,
    above_maximum
  } outcome = Outcome::sent;  // both latter: an error instead
  SessionId session;
  std::string address;
};

// A client could not prove by SASL who it is.
struct SaslFailure {
  std::string reason;
  std::string address;
};

// A client was refused what it asked for, for it, or all, have enough of it.
struct LimitReached {
  const char* key = "";  // the setting
  int64_t limit = 0;
  std::string address;
};

using Remark = std::variant<UnknownEnsemble, znode::QuotaExcess, LargeAnswer, SaslFailure, LimitReached>;

}  // namespace paddock::replica
