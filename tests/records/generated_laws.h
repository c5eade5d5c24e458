// Holds whole lists of record types against the laws, with generated and with spoiled encodings.
#pragma once

#include <boost/core/demangle.hpp>
#include <tuple>
#include <typeinfo>

#include "tests/records/generate.h"
#include "tests/records/laws.h"

namespace paddock::tests {

template <class Record>
Violation generated_laws_hold(uint64_t seed, int rounds) {
  Generator generator(seed);
  for (int round = 0; round < rounds; ++round) {
    const auto value = generator.make<Record>();
    if (auto broken = survives_the_wire(value)) return broken;
    const std::string bytes = jute::encoded(value);
    if (auto broken = is_read_soberly<Record>(bytes)) return broken;
    for (int wounds = 0; wounds < 8; ++wounds) {
      if (auto broken = is_read_soberly<Record>(spoiled(generator.random(), bytes))) return broken;
    }
  }
  return std::nullopt;
}

// The first violation by any of `Records`, with the record's name and the seed.
template <class... Records>
Violation laws_hold_for_all(std::type_identity<std::tuple<Records...>>, int rounds) {
  Violation first;
  const auto hold = [&]<class Record>(std::type_identity<Record>, uint64_t seed) {
    const Violation broken = generated_laws_hold<Record>(seed, rounds);
    if (broken && !first) {
      first = fmt::format("{} (seed {}): {}", boost::core::demangle(typeid(Record).name()), seed, *broken);
    }
  };
  uint64_t seed = 0;
  (hold(std::type_identity<Records>(), ++seed), ...);
  return first;
}

}  // namespace paddock::tests
