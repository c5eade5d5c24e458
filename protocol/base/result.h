// Result<T>: a value, or the fault that kept us from having it. For what the world breaks (a bad frame, a
// full disk, a wrong line in zoo.cfg). What a client asked wrongly is an ErrorCode; what we did wrong is a
// PADDOCK_CHECK. Exceptions do not cross rooms.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "protocol/base/check.h"

namespace paddock {

// What went wrong, told to the person who must mend it: names the file, line, path, offset or limit.
struct Fault {
  std::string message;
};

struct Unit {};

template <class T = Unit>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Fault fault) : state_(std::in_place_index<1>, std::move(fault)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // Requires: ok().
  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  T&& value() && { return checked(), std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  // By value, so that `for (auto& item : *function())` walks a vector that lives.
  T operator*() && { return std::move(*this).value(); }

  // Requires: !ok().
  const Fault& fault() const {
    PADDOCK_CHECK(!ok(), "fault() of a result that holds a value");
    return std::get<1>(state_);
  }

 private:
  void checked() const { PADDOCK_CHECK(ok(), "value() of a fault: {}", std::get<1>(state_).message); }
  std::variant<T, Fault> state_;
};

using Status = Result<Unit>;
inline Status ok_status() { return Unit{}; }

template <class... Args>
Fault make_fault(fmt::format_string<Args...> format, Args&&... args) {
  return Fault{fmt::format(format, std::forward<Args>(args)...)};
}

}  // namespace paddock
