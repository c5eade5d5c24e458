#include "client/shell/working_path.h"

#include <vector>

namespace paddock::client::shell {
namespace {

std::vector<std::string_view> components_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (slash != 0) parts.push_back(path.substr(0, slash));
    path = slash == path.npos ? std::string_view() : path.substr(slash + 1);
  }
  return parts;
}

bool has_dots(std::string_view path) {
  for (const std::string_view part : components_of(path)) {
    if (part == "." || part == "..") return true;
  }
  return false;
}

}  // namespace

std::string resolve_path(std::string_view working, std::string_view typed) {
  if (typed.starts_with('/') && !has_dots(typed)) return std::string(typed);
  std::vector<std::string_view> parts;
  if (!typed.starts_with('/')) parts = components_of(working);
  for (const std::string_view part : components_of(typed)) {
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (part != ".") {
      parts.push_back(part);
    }
  }
  std::string path;
  for (const std::string_view part : parts) {
    path += '/';
    path += part;
  }
  return path.empty() ? "/" : path;
}

}  // namespace paddock::client::shell
