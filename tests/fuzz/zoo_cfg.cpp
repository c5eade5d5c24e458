// A zoo.cfg, with what its text alone can decide.
#include "server/config/config.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto parsed = config::parse_config(fuzz::text_of(data, size), "zoo.cfg", {});
  if (!parsed.ok()) {
    PADDOCK_CHECK(parsed.fault().message.find("zoo.cfg") != std::string::npos, "a fault names no file: {}",
                  parsed.fault().message);
    return 0;
  }
  for (const auto& [name, property] : parsed->properties) {
    PADDOCK_CHECK(parsed->property(name) == property.value, "{} is not what was set", name);
    const auto number = parsed->number(name, 0);
    PADDOCK_CHECK(number.ok() || number.fault().message.find(name) != std::string::npos,
                  "a fault does not name {}", name);
  }
  return 0;
}
