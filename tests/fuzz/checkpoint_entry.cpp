// Keys and values of a checkpoint: entries of u16 length, key, u16 length, value, one behind the other,
// loaded as a start does. The hash of a real checkpoint would refuse them; here nothing stands before the
// code that reads them.
#include "tests/fuzz/fuzz_target.h"
#include "znode/state.h"

using namespace paddock;

namespace {

std::string_view take_piece(std::string_view& rest) {
  const size_t named =
      rest.size() < 2 ? 0 : static_cast<uint8_t>(rest[0]) * 256u + static_cast<uint8_t>(rest[1]);
  rest.remove_prefix(std::min<size_t>(rest.size(), 2));
  const std::string_view piece = rest.substr(0, named);
  rest.remove_prefix(piece.size());
  return piece;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  znode::Options options;
  options.extended_types = true;
  znode::State state(options);
  state.begin_load();
  while (!rest.empty()) {
    const std::string_view key = take_piece(rest);
    if (!znode::load_entry(state, key, take_piece(rest)).ok()) return 0;
  }
  const Zxid applied{7};
  if (!state.finish_load(applied, state.checksum()).ok()) return 0;
  znode::State again(options);
  again.begin_load();
  const znode::Delta whole = state.full_delta();
  for (const auto& entry : whole.entries) {
    const Status loaded = znode::load_entry(again, entry.key, entry.value.value());
    PADDOCK_CHECK(loaded.ok(), "what was loaded cannot be loaded again: {}", loaded.fault().message);
  }
  const Status finished = again.finish_load(applied, state.checksum());
  PADDOCK_CHECK(finished.ok(), "{}", finished.fault().message);
  return 0;
}
