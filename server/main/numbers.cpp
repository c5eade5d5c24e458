#include "server/main/numbers.h"

#include <charconv>
#include <string>
#include <system_error>

namespace paddock {

double Numbers::get_share(const char* name, double otherwise) {
  const auto found = config_.properties.find(name);
  if (found == config_.properties.end()) return otherwise;
  const std::string& text = found->second.value;
  double share = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error == std::errc() && end == text.data() + text.size() && share >= 0 && share <= 1) return share;
  if (status_)
    status_ = make_fault("{}: {}: '{}' is no number from 0 to 1", found->second.source, name, text);
  return otherwise;
}

}  // namespace paddock
