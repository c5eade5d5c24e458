// Counter: a number that many change. kazoo's Counter writes digits, Curator's SharedCount four bytes and its
// DistributedAtomicLong eight, the most significant first.
//
// Failure: connection_loss of add() and set(): it is unknown whether the change was made. Nothing is tried
// twice that would count twice. marshalling_error: the node holds something else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/recipes/hold.h"

namespace paddock::recipes {

enum class CounterFormat { digits, int32, int64 };

// Nothing if `data` is none. Empty data is 0.
std::optional<int64_t> parse_number(CounterFormat format, std::string_view data);
// Nothing if the format has no place for it.
std::optional<std::string> format_number(CounterFormat format, int64_t number);

class Counter {
 public:
  Counter(ClientPtr zk, std::string path, CounterFormat format = CounterFormat::digits);

  Async<Outcome<int64_t>> get(Limits limits = {});
  // The number behind the change. bad_arguments: the format has no place for it.
  Async<Outcome<int64_t>> add(int64_t delta, Limits limits = {});
  Async<Outcome<int64_t>> set(int64_t number, Limits limits = {});

 private:
  Async<Outcome<Nothing>> make(Limits limits);
  template <class Change>
  Async<Outcome<int64_t>> change(Change change, Limits limits);

  const ClientPtr zk_;
  const std::string path_;
  const CounterFormat format_;
};

}  // namespace paddock::recipes
