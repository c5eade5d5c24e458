// What a server sends over SASL to another.
#include "protocol/quorum/auth_packet.h"
#include "fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  size_t consumed = 0;
  const auto packet = quorum::decode_auth_packet(bytes, consumed);
  if (!packet) return 0;
  PADDOCK_CHECK(quorum::begins_auth_packet(bytes), "a packet that does not begin as one");
  if (!*packet) {
    PADDOCK_CHECK(consumed == 0, "{} bytes of no packet were taken", consumed);
    return 0;
  }
  PADDOCK_CHECK(quorum::encode_auth_packet(**packet) == bytes.substr(0, consumed), "it is written otherwise");
  return 0;
}
