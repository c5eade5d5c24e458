#include "client/session/login.h"

#include "client/session/frames.h"
#include "protocol/base/check.h"
#include "protocol/jute/codec.h"

namespace paddock::client {
namespace {

// No request has it, nor anything that a server sends by itself.
constexpr int32_t kXidLogin = 0;

void say(std::string& out, std::string_view token) {
  SaslToken record;
  record.token = token;
  append_request(out, kXidLogin, OpCode::sasl, jute::encoded(record));
}

}  // namespace

Result<LoginToken> LoginStep::take() const {
  if (challenge) return exchange->step(*challenge);
  auto first = exchange->begin();
  if (!first) return first.fault();
  return LoginToken(std::move(*first));
}

void Login::forget() {
  end(Progress::refused);
  fault_.clear();
}

Login::Progress Login::end(Progress how) {
  exchange_.reset();
  step_.reset();
  awaited_.reset();
  return how;
}

Login::Progress Login::begin(const std::string& host, std::string& out) {
  if (!make_) return Progress::done;
  exchange_ = make_(host);
  begun_ = false;
  return go_on(std::nullopt, out);
}

Login::Progress Login::go_on(LoginToken challenge, std::string& out) {
  LoginStep step{++last_number_, exchange_, std::move(challenge)};
  if (!exchange_->blocks()) return took(step.take(), out);
  awaited_ = step.number;
  step_ = std::move(step);
  return Progress::under_way;
}

Login::Progress Login::stepped(uint64_t number, const Result<LoginToken>& token, std::string& out) {
  if (awaited_ != number) return Progress::under_way;
  awaited_.reset();
  return took(token, out);
}

Login::Progress Login::took(const Result<LoginToken>& token, std::string& out) {
  if (!token) {
    fault_ = token.fault().message;
    return end(begun_ ? Progress::refused : Progress::impossible);
  }
  if (!*token) return end(exchange_->is_complete() ? Progress::done : Progress::refused);
  begun_ = true;
  say(out, **token);
  return Progress::under_way;
}

Login::Progress Login::answered(ErrorCode err, std::string_view body, std::string& out) {
  PADDOCK_CHECK(under_way(), "an answer to no login");
  // A server that speaks before it was spoken to is none of this protocol.
  if (err != ErrorCode::ok || awaited_) return end(Progress::refused);
  if (exchange_->is_complete()) return end(Progress::done);
  const auto record = jute::decoded<SaslToken>(body);
  if (!record) return end(Progress::refused);
  return go_on(record->token.str(), out);
}

}  // namespace paddock::client
