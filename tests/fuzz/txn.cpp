#include "protocol/txn/txn.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  tests::AllocationMeter meter;
  const auto txn = txn::decode_txn(bytes);
  fuzz::pay_fairly(meter, size);
  if (!txn.ok()) return 0;
  PADDOCK_CHECK(txn::zxid_of(bytes) == txn->zxid(), "zxid_of() disagrees");
  if (const auto* multi = std::get_if<txn::MultiTxn>(&txn->body)) {
    for (const txn::SubTxn& entry : multi->txns) {
      PADDOCK_CHECK(txn::decode_sub_txn(entry).ok(), "an entry of an accepted multi is unreadable");
    }
  }
  const std::string encoded = txn::encode_txn(*txn);
  const auto again = txn::decode_txn(encoded);
  PADDOCK_CHECK(again.ok() && *again == *txn, "the second reading differs from the first");
  PADDOCK_CHECK(txn::encode_txn(*again) == encoded, "the second writing differs from the first");
  return 0;
}
