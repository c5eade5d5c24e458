// The first byte is the operation's number, the rest the body of its reply.
#include "tests/fuzz/fuzz_target.h"
#include "tests/records/bodies.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto type = static_cast<client::OpCode>(static_cast<int8_t>(data[0]));
  tests::visit_reply_record(type, [&]<class Record>(std::type_identity<Record>) {
    fuzz::obey(tests::is_read_soberly<Record>(fuzz::text_of(data, size).substr(1)));
  });
  return 0;
}
