// A JAAS file.
#include "server/config/jaas.h"

#include "fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto sections = config::parse_jaas(fuzz::text_of(data, size));
  if (!sections) return 0;
  for (const auto& [name, modules] : *sections) {
    for (const auto& module : modules)
      PADDOCK_CHECK(!module.name.empty(), "a module without a name in {}", name);
  }
  return 0;
}
