// A packet of the learner channel, and its data as whatever a packet may carry.
#include "protocol/jute/codec.h"
#include "protocol/quorum/records.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  fuzz::obey(tests::is_read_soberly<quorum::QuorumPacket>(bytes));
  const auto packet = jute::decoded<quorum::QuorumPacket>(bytes);
  if (!packet) return 0;
  const std::string_view carried = packet->data.view();
  fuzz::obey(tests::is_read_soberly<quorum::LearnerInfo>(carried));
  fuzz::obey(tests::is_read_soberly<quorum::ForwardedHead>(carried));
  fuzz::obey(tests::is_read_soberly<quorum::SessionTimeout>(carried));
  fuzz::obey(tests::is_read_soberly<quorum::SessionValid>(carried));
  return 0;
}
