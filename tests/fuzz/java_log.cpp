#include "server/store/java_log.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file = fuzz::text_of(data, size);
  tests::AllocationMeter meter;
  const auto entries = store::read_java_log(file);
  fuzz::pay_fairly(meter, size);
  if (!entries.ok()) return 0;
  auto cursor = *store::JavaLogCursor::open(file);
  while (*cursor.next()) {
  }
  PADDOCK_CHECK(cursor.offset() <= size, "a log ends behind its file");
  PADDOCK_CHECK(!cursor.entry_behind_end() || cursor.is_torn(), "an entry stands behind a clean end");
  const char* behind_last = file.data() + 16;
  for (const store::JavaLogEntry& entry : *entries) {
    PADDOCK_CHECK(entry.txn.data() > behind_last, "entries overlap");
    behind_last = entry.txn.data() + entry.txn.size();
    PADDOCK_CHECK(behind_last < file.data() + file.size(), "an entry reaches behind the file");
  }
  return 0;
}
