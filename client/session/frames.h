// The frames a client sends (spec/client-protocol.md 3.1 and 4), appended to the bytes for the socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/client/opcode.h"
#include "protocol/client/records.h"

namespace paddock::client {

// `body` is the encoded record of the request, or nothing.
void append_request(std::string& out, int32_t xid, OpCode type, std::string_view body);
void append_connect(std::string& out, const ConnectRequest& request);

}  // namespace paddock::client
