// CRC-32 (IEEE 802.3, the polynomial of zlib), eight bytes a step. Here because the digest of every change runs it
// over the 60 bytes of a stat, where zlib 1.2.13 takes three times as long: its own method pays off on long input.
#pragma once

#include <cstdint>
#include <string_view>

namespace paddock::znode {

// The CRC of what gave `crc` followed by `bytes`; begin with 0.
uint32_t crc32_of(uint32_t crc, std::string_view bytes);

}  // namespace paddock::znode
