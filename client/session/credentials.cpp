#include "client/session/credentials.h"

#include "client/session/frames.h"
#include "protocol/jute/codec.h"

namespace paddock::client {

void Credentials::add(uint64_t tag, std::string scheme, std::string data) {
  known_.push_back({std::move(scheme), std::move(data), tag});
}

void Credentials::send_new(std::string& out) {
  for (; sent_ < known_.size(); ++sent_) {
    const Credential& credential = known_[sent_];
    append_request(out, kXidAuth, OpCode::auth,
                   jute::encoded(AuthPacket{0, credential.scheme, credential.data}));
  }
}

std::optional<uint64_t> Credentials::answered(bool& expected) {
  expected = answered_ < sent_;
  if (!expected) return std::nullopt;
  return std::exchange(known_[answered_++].tag, std::nullopt);
}

std::vector<uint64_t> Credentials::disconnected() {
  std::vector<uint64_t> lost;
  for (size_t i = answered_; i < sent_; ++i) {
    if (const auto tag = std::exchange(known_[i].tag, std::nullopt)) lost.push_back(*tag);
  }
  sent_ = answered_ = 0;
  return lost;
}

std::vector<uint64_t> Credentials::take_unanswered() {
  std::vector<uint64_t> tags;
  for (Credential& credential : known_) {
    if (const auto tag = std::exchange(credential.tag, std::nullopt)) tags.push_back(*tag);
  }
  return tags;
}

}  // namespace paddock::client
