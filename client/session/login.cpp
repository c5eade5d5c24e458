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

Login::Progress Login::end(Progress how) {
  exchange_.reset();
  return how;
}

Login::Progress Login::begin(std::string& out) {
  if (!make_) return Progress::done;
  exchange_ = make_();
  PADDOCK_CHECK(!exchange_->blocks(), "a login that may wait for others, on a client's thread");
  const auto token = exchange_->begin();
  if (!token) return end(Progress::refused);
  say(out, *token);
  return Progress::under_way;
}

Login::Progress Login::answered(ErrorCode err, std::string_view body, std::string& out) {
  PADDOCK_CHECK(under_way(), "an answer to no login");
  if (err != ErrorCode::ok) return end(Progress::refused);
  if (exchange_->is_complete()) return end(Progress::done);
  const auto record = jute::decoded<SaslToken>(body);
  if (!record) return end(Progress::refused);
  const auto token = exchange_->step(record->token.view());
  if (!token) return end(Progress::refused);
  if (!*token) return end(exchange_->is_complete() ? Progress::done : Progress::refused);
  say(out, **token);
  return Progress::under_way;
}

}  // namespace paddock::client
