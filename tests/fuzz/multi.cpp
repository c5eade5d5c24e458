// Read as a request and as a reply.
#include "protocol/client/multi.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

namespace {

// The shortest operation takes 17 bytes, the shortest result 9; a vector that grows doubles.
constexpr size_t kWidening = 2 * sizeof(client::MultiResult) / 8;

template <class Item>
void read_twice(std::string_view bytes, bool (*decode)(jute::Reader&, std::vector<Item>&),
                void (*encode)(jute::Writer&, const std::vector<Item>&)) {
  std::vector<Item> items;
  jute::Reader reader(bytes);
  tests::AllocationMeter meter;
  const bool accepted = decode(reader, items);
  fuzz::pay_fairly(meter, bytes.size(), kWidening);
  if (!accepted) return;
  std::string encoded;
  jute::Writer writer(encoded);
  encode(writer, items);
  std::vector<Item> again;
  jute::Reader second(encoded);
  PADDOCK_CHECK(decode(second, again) && second.at_end(), "its own encoding is refused");
  PADDOCK_CHECK(again == items, "the second reading differs from the first");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  read_twice(bytes, client::decode_multi, client::encode_multi);
  read_twice(bytes, client::decode_multi_results, client::encode_multi_results);
  return 0;
}
