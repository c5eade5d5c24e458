#include "client/shell/hexdump.h"

#include <catch2/catch.hpp>

namespace paddock::client::shell {

TEST_CASE("a hex dump has sixteen bytes a row, and dots for what cannot be printed") {
  CHECK(hex_dump("0123456789abcdef\x01z") ==
        "         +-------------------------------------------------+\n"
        "         |  0  1  2  3  4  5  6  7  8  9  a  b  c  d  e  f |\n"
        "+--------+-------------------------------------------------+----------------+\n"
        "|00000000| 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66 |0123456789abcdef|\n"
        "|00000010| 01 7a                                           |.z              |\n"
        "+--------+-------------------------------------------------+----------------+");
  CHECK(hex_dump("").empty());
}

}  // namespace paddock::client::shell
