// A configuration of an ensemble, as a dynamic file, /zookeeper/config or a notification carries it.
#include "server/zab/membership_lines.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  zab::version_in(text);
  const auto parsed = zab::parse_membership(text);
  if (!parsed.ok()) return 0;
  PADDOCK_CHECK(zab::version_in(text) == parsed->version, "two versions in one text");
  const auto again = zab::parse_membership(parsed->to_text());
  PADDOCK_CHECK(again.ok(), "what we write cannot be read: {}", again.ok() ? "" : again.fault().message);
  PADDOCK_CHECK(again->to_text() == parsed->to_text(), "{} is read as {}", parsed->to_text(),
                again->to_text());
  return 0;
}
