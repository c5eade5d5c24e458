#define XXH_INLINE_ALL
#include <xxhash.h>

#include "server/store/little_endian.h"

namespace paddock::store {

uint64_t checksum_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace paddock::store
