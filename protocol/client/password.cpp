#include "protocol/client/password.h"

namespace paddock::client {
namespace {

// The first words of java.util.Random: a 48-bit linear congruential generator that shows its high 32 bits.
class JavaRandom {
 public:
  explicit JavaRandom(uint64_t seed) : state_((seed ^ kMultiplier) & kMask) {}

  uint32_t next_word() {
    state_ = (state_ * kMultiplier + 0xB) & kMask;
    return static_cast<uint32_t>(state_ >> 16);
  }

 private:
  static constexpr uint64_t kMultiplier = 0x5DEECE66D;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;
  uint64_t state_;
};

// ZooKeeper's constant; a long in Java, so its upper half is zero.
constexpr uint64_t kSecret = 0xB3415C00;

}  // namespace

SessionPassword session_password(SessionId session) {
  JavaRandom random(static_cast<uint64_t>(session.value) ^ kSecret);
  SessionPassword password;
  for (size_t at = 0; at < password.size();) {
    uint32_t word = random.next_word();
    for (int byte = 0; byte < 4; ++byte, word >>= 8) password[at++] = static_cast<char>(word & 0xff);
  }
  return password;
}

}  // namespace paddock::client
