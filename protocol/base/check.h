// PADDOCK_CHECK(condition, format, ...): a statement about our own code that is never false. If it is, the
// message and the situation go to stderr and the process aborts, in release builds too: a server that no
// longer knows what it holds must not go on. Never used for what a client, a peer or a disk can cause.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace paddock::detail {
[[noreturn]] void check_failed(const char* file, int line, const char* condition, std::string_view message);
}

#define PADDOCK_CHECK(condition, ...)                                                          \
  do {                                                                                         \
    if (!(condition)) [[unlikely]]                                                             \
      ::paddock::detail::check_failed(__FILE__, __LINE__, #condition, fmt::format(__VA_ARGS__)); \
  } while (false)
