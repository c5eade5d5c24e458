// Makes values of any record by reflection, and spoils encoded ones. One seed, one series of values.
#pragma once

#include <boost/pfr.hpp>
#include <deque>
#include <string>

#include "protocol/base/random.h"
#include "protocol/jute/codec.h"

namespace paddock::tests {

// Owns the texts of the values it made: they are views, and live as long as the generator.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  // Numbers lean to the edges, buffers and vectors may be null, empty or filled.
  template <class Record>
  Record make() {
    tail_ended_ = false;
    return any<Record>();
  }
  Random& random() { return random_; }

 private:
  template <class T>
  T any() {
    if constexpr (std::same_as<T, bool>) {
      return random_.one_in(2);
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<T>(number());
    } else if constexpr (std::same_as<T, jute::Buffer>) {
      return buffer();
    } else if constexpr (jute::IsVector<T>::value) {
      return vector<T>();
    } else if constexpr (jute::IsOptional<T>::value) {
      // Optional fields end a record: behind an absent one there is nothing.
      if (tail_ended_ || random_.one_in(3)) return tail_ended_ = true, std::nullopt;
      return any<typename T::value_type>();
    } else {
      T record;
      boost::pfr::for_each_field(record, [&]<class Field>(Field& field) { field = any<Field>(); });
      return record;
    }
  }

  template <class T>
  T vector() {
    if (random_.one_in(5)) return T::make_null();
    T result;
    using Item = typename decltype(result.items)::value_type;
    for (uint64_t left = random_.below(4); left > 0; --left) result.items.push_back(any<Item>());
    return result;
  }

  int64_t number();
  jute::Buffer buffer();

  Random random_;
  std::deque<std::string> texts_;
  bool tail_ended_ = false;
};

// `bytes` with one to three wounds: bits, lengths that lie, cuts, insertions, repetitions.
std::string spoiled(Random& random, std::string bytes);

}  // namespace paddock::tests
