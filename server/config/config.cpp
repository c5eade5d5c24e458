#include "server/config/config.h"

#include <limits>

#include "protocol/base/text.h"

namespace paddock::config {

std::optional<std::string> Config::property(const std::string& name) const {
  const auto found = properties.find(name);
  if (found == properties.end()) return std::nullopt;
  return found->second.value;
}

Result<int64_t> Config::number(const std::string& name, int64_t otherwise) const {
  return number_in(name, otherwise, std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max());
}

Result<int64_t> Config::number_in(const std::string& name, int64_t otherwise, int64_t least,
                                  int64_t most) const {
  const auto found = properties.find(name);
  if (found == properties.end()) return otherwise;
  const auto value = parse_decoded(trim(found->second.value));
  if (!value) {
    return make_fault("{}: {}: '{}' is not a number", found->second.source, name, found->second.value);
  }
  if (*value < least || *value > most) {
    return make_fault("{}: {}: {} is not from {} to {}", found->second.source, name, *value, least, most);
  }
  return *value;
}

bool Config::flag(const std::string& name, bool otherwise) const {
  const auto found = properties.find(name);
  return found == properties.end() ? otherwise : found->second.value == "true";
}

bool Config::is_standalone() const {
  const size_t voters = membership.voter_count();
  return voters == 0 || (voters == 1 && standalone_enabled);
}

}  // namespace paddock::config
