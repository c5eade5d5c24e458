// Login: proves by SASL who this client is, on each connection before anything else is asked
// (spec/client-protocol.md 12.2). Owner: a Session.
//
// A server that refuses, or that does not know of SASL, ends it: who wants to be known must not go on
// unknown.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/sasl/initiator.h"

namespace paddock::client {

// The client's side of one exchange, of a mechanism that does not block. Null: SASL is not used.
using MakeInitiator = std::function<std::unique_ptr<sasl::Initiator>()>;

class Login {
 public:
  enum class Progress { under_way, done, refused };

  explicit Login(MakeInitiator make) : make_(std::move(make)) {}

  // A connection begins. `out`: for the socket.
  Progress begin(std::string& out);
  bool under_way() const { return exchange_ != nullptr; }
  // Requires: under_way().
  Progress answered(ErrorCode err, std::string_view body, std::string& out);
  // What was under way was of another connection.
  void forget() { exchange_.reset(); }

 private:
  Progress end(Progress how);

  const MakeInitiator make_;
  std::unique_ptr<sasl::Initiator> exchange_;
};

}  // namespace paddock::client
