// Login: proves by SASL who this client is, on each connection before anything else is asked
// (spec/client-protocol.md 12.2). Owner: a Session.
//
// Invariants
// 1. A server that refuses, or that does not know of SASL, ends it: who wants to be known must not go on
//    unknown. Where there is nothing to begin with, as while a KDC is away, the connection is given up and
//    another one may do better.
// 2. A mechanism that may wait for others is asked by the host, on a thread of its own (LoginStep); what
// comes of a
//    step counts while the connection lasts that it was for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/error_code.h"
#include "protocol/base/result.h"
#include "protocol/sasl/initiator.h"

namespace paddock::client {

// The client's side of one exchange with a server of this host, a name or an address as the connect string
// has it. Null: SASL is not used.
using MakeInitiator = std::function<std::unique_ptr<sasl::Initiator>(const std::string& host)>;

// What a mechanism says next; nothing: no more.
using LoginToken = std::optional<std::string>;

// Work for another thread than the session's.
struct LoginStep {
  uint64_t number = 0;
  std::shared_ptr<sasl::Initiator> exchange;
  LoginToken challenge;  // nothing: it is to begin

  // Blocks.
  Result<LoginToken> take() const;
};

class Login {
 public:
  enum class Progress {
    under_way,
    done,
    refused,
    impossible,  // now, or here: fault() says why
  };

  explicit Login(MakeInitiator make) : make_(std::move(make)) {}

  // A connection begins. `out`: for the socket.
  Progress begin(const std::string& host, std::string& out);
  bool under_way() const { return exchange_ != nullptr; }
  // Requires: under_way().
  Progress answered(ErrorCode err, std::string_view body, std::string& out);
  // Handed out once.
  std::optional<LoginStep> take_step() { return std::exchange(step_, std::nullopt); }
  // Of a step that is no longer waited for: nothing happens.
  Progress stepped(uint64_t number, const Result<LoginToken>& token, std::string& out);
  // What was under way was of another connection.
  void forget();
  // Why it was refused here, or impossible; until it is forgotten.
  const std::string& fault() const { return fault_; }

 private:
  Progress end(Progress how);
  Progress go_on(LoginToken challenge, std::string& out);
  Progress took(const Result<LoginToken>& token, std::string& out);

  const MakeInitiator make_;
  std::shared_ptr<sasl::Initiator> exchange_;
  std::optional<LoginStep> step_;
  uint64_t last_number_ = 0;
  std::optional<uint64_t> awaited_;  // the step that goes on elsewhere
  bool begun_ = false;               // something was said
  std::string fault_;
};

}  // namespace paddock::client
