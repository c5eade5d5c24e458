// What a client did and heard, as values for the checkers.
#pragma once

#include <cstdint>
#include <string>

#include "protocol/base/error_code.h"
#include "protocol/base/ids.h"
#include "protocol/client/opcode.h"

namespace paddock::sim {

struct Operation {
  client::OpCode type = client::OpCode::error;
  std::string path;
  bool watch = false;
  // Every write that had been answered, to anybody, when this was asked, has a zxid up to here.
  Zxid floor;
};

struct Answer {
  ErrorCode err = ErrorCode::ok;
  Zxid zxid;
  std::string body;
};

inline bool is_write(client::OpCode type) {
  return client::kind_of(type) == client::OpKind::write;
}

}  // namespace paddock::sim
