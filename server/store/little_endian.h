// Little-endian loads and stores, and the checksum: what all of our own files are made of.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace paddock::store {

static_assert(std::endian::native == std::endian::little, "load and store copy bytes as they are");

template <class T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void store_to(char* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

template <class T>
void append_to(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

// XXH3-64 with seed 0.
uint64_t checksum_of(std::string_view bytes);

}  // namespace paddock::store
