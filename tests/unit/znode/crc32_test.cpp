#include "znode/crc32.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <string>

#include "protocol/base/random.h"

namespace paddock::znode {

TEST_CASE("a CRC equals zlib's at every length, whole and in two parts") {
  Random random(1);
  std::string bytes;
  for (size_t length = 0; length < 200; ++length) {
    const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
    const auto expected = static_cast<uint32_t>(crc32_z(0, length > 0 ? data : Z_NULL, length));
    INFO(length);
    CHECK(crc32_of(0, bytes) == (length > 0 ? expected : 0));
    const size_t cut = random.below(length + 1);
    const std::string_view view(bytes);
    CHECK(crc32_of(crc32_of(0, view.substr(0, cut)), view.substr(cut)) == crc32_of(0, bytes));
    bytes.push_back(static_cast<char>(random.next()));
  }
}

}  // namespace paddock::znode
