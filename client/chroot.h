// Chroot: a client with a chroot sees the subtree below it as its whole tree. Paths going out get the prefix,
// paths coming in lose it.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/base/paths.h"

namespace paddock::client {

class Chroot {
 public:
  // "" for none, otherwise a valid path other than "/".
  explicit Chroot(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string to_server(std::string_view path) const {
    if (prefix_.empty()) return std::string(path);
    return path == "/" ? prefix_ : prefix_ + std::string(path);
  }
  // A path outside of the chroot stays as it is: an event of a watch that was set past it with raw().
  std::string to_client(std::string_view path) const {
    if (prefix_.empty() || !is_at_or_below(path, prefix_)) return std::string(path);
    return path == prefix_ ? "/" : std::string(path.substr(prefix_.size()));
  }

 private:
  std::string prefix_;
};

}  // namespace paddock::client
