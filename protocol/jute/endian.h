// Big-endian loads and stores; jute's and the network's byte order.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace paddock::jute {

static_assert(std::endian::native == std::endian::little, "load_* and store_* swap bytes");

inline int32_t load_int(const char* from) {
  uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return static_cast<int32_t>(__builtin_bswap32(word));
}
inline int64_t load_long(const char* from) {
  uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return static_cast<int64_t>(__builtin_bswap64(word));
}
inline void store_int(char* to, int32_t value) {
  const uint32_t word = __builtin_bswap32(static_cast<uint32_t>(value));
  std::memcpy(to, &word, sizeof word);
}
inline void store_long(char* to, int64_t value) {
  const uint64_t word = __builtin_bswap64(static_cast<uint64_t>(value));
  std::memcpy(to, &word, sizeof word);
}

}  // namespace paddock::jute
