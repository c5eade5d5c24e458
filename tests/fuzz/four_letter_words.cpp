// What a connection may begin with: a word of four letters, and what comes behind it.
#include "server/admin/four_letter_words.h"

#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

namespace {

admin::Sources nobody_connected() {
  admin::Sources sources;
  sources.server = [] { return replica::ServerStatus(); };
  sources.connections = [] { return std::vector<admin::Sources::Connection>(1); };
  sources.dump = [] { return replica::DumpStatus(); };
  sources.watches = [] { return replica::WatchStatus(); };
  sources.digests = [] { return replica::DigestStatus(); };
  sources.settings = [] { return admin::Sources::Settings(); };
  sources.environment = [] { return admin::Sources::Lines(); };
  sources.reset_connection_stats = [] {};
  sources.reset_server_stats = [] {};
  sources.extra_metrics = [] { return admin::Sources::Lines(); };
  return sources;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const std::string_view received = fuzz::text_of(data, size);
  admin::FourLetterWords all({"*"}, false, "0", nobody_connected());
  admin::FourLetterWords none({"none"}, false, "0", nobody_connected());
  const bool answered = all.answer(received).has_value();
  const bool refused = none.answer(received).has_value();
  PADDOCK_CHECK(refused || !answered, "what is a word if it is allowed is none if it is not");
  return 0;
}
