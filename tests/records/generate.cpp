#include "tests/records/generate.h"

#include <limits>

namespace paddock::tests {
namespace {

// What a length or a count may claim.
constexpr int32_t kLies[] = {
    -1, -2, 0, 1, 1 << 20, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()};

void overwrite(Random& random, std::string& bytes) {
  if (bytes.size() < 4) return;
  const int32_t lie = kLies[random.below(std::size(kLies))];
  jute::store_int(bytes.data() + random.below(bytes.size() - 3), lie);
}

void wound(Random& random, std::string& bytes) {
  const auto somewhere = [&] { return random.below(bytes.size() + 1); };
  switch (random.below(5)) {
    case 0:
      if (!bytes.empty()) bytes[random.below(bytes.size())] ^= static_cast<char>(1 << random.below(8));
      return;
    case 1:
      return overwrite(random, bytes);
    case 2:
      return bytes.resize(somewhere());
    case 3:
      bytes.insert(somewhere(), 1, static_cast<char>(random.next()));
      return;
    default: {
      const std::string slice = bytes.substr(somewhere(), random.below(16));
      bytes.insert(somewhere(), slice);
    }
  }
}

}  // namespace

int64_t Generator::number() {
  switch (random_.below(6)) {
    case 0:
      return static_cast<int64_t>(random_.below(3)) - 1;
    case 1:
      return std::numeric_limits<int64_t>::max();
    case 2:
      return std::numeric_limits<int64_t>::min();
    case 3:
      return std::numeric_limits<int32_t>::min() + static_cast<int64_t>(random_.below(2));
    default:
      return static_cast<int64_t>(random_.next());
  }
}

jute::Buffer Generator::buffer() {
  if (random_.one_in(6)) return jute::Buffer();
  std::string& text = texts_.emplace_back();
  for (uint64_t left = random_.below(random_.one_in(20) ? 400 : 12); left > 0; --left) {
    text.push_back(static_cast<char>(random_.next()));
  }
  return jute::Buffer(text);
}

std::string spoiled(Random& random, std::string bytes) {
  for (uint64_t left = 1 + random.below(3); left > 0; --left) wound(random, bytes);
  return bytes;
}

}  // namespace paddock::tests
