// Rules that say what principals are called, and a principal behind a NUL.
#include <algorithm>

#include "fuzz_target.h"
#include "protocol/sasl/local_names.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const size_t end = std::min(text.find('\0'), text.size());
  auto rules = sasl::LocalNameRules::parse(text.substr(0, end));
  if (!rules) return 0;
  const sasl::LocalNames names{std::move(*rules), "HOME", false, false};
  // An expression may take long for a long name, though not for ever: that is the operator's own.
  const std::string_view principal = text.substr(std::min(end + 1, size)).substr(0, 16);
  const auto id = names.id_of(principal);
  const auto name = sasl::KerberosName::parse(principal);
  PADDOCK_CHECK(id.has_value() == name.has_value(), "'{}' has an id, or none", principal);
  if (!name) return 0;
  const auto local = names.rules.short_name(*name, names.default_realm);
  PADDOCK_CHECK(!local || (!name->host && !name->realm) || local->find_first_of("/@") == std::string::npos,
                "'{}' is called {}", principal, *local);
  return 0;
}
