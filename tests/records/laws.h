// What holds for every record, whoever sent the bytes. Each law returns nothing if it holds and otherwise
// says what is broken, so that unit tests and fuzzers share it.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "protocol/jute/codec.h"
#include "tests/records/allocations.h"

namespace paddock::tests {

using Violation = std::optional<std::string>;

// The most memory that one allocation may take while `input` bytes are decoded: the widest item in memory is
// about six times its shortest form on the wire (a null Text is 4 bytes there, 24 here). The rest is for the
// text of a fault.
constexpr size_t fair_allocation(size_t input, size_t widening = 8) {
  return 512 + widening * input;
}

// True if two different encodings can mean the same value: any non-zero byte is true, any count below -1
// empty.
template <class T>
constexpr bool has_synonyms() {
  if constexpr (std::same_as<T, bool> || jute::IsVector<T>::value) {
    return true;
  } else if constexpr (jute::IsOptional<T>::value) {
    return has_synonyms<typename T::value_type>();
  } else if constexpr (std::is_integral_v<T> || std::same_as<T, jute::Buffer>) {
    return false;
  } else {
    return []<size_t... I>(std::index_sequence<I...>) {
      return (false || ... || has_synonyms<boost::pfr::tuple_element_t<I, T>>());
    }
    (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
  }
}

// A value survives the wire, fills exactly its encoded_size(), and skip() walks over all of it.
template <class Record>
Violation survives_the_wire(const Record& value) {
  const std::string bytes = jute::encoded(value);
  if (bytes.size() != jute::encoded_size(value)) {
    return fmt::format("encoded_size() says {}, {} bytes were written", jute::encoded_size(value),
                       bytes.size());
  }
  jute::Reader reader(bytes);
  Record again;
  if (!jute::decode(reader, again)) return "the value's own encoding is refused";
  if (!reader.at_end()) return fmt::format("{} bytes of the encoding are left over", reader.remaining());
  if (!(again == value)) return "another value comes back";
  jute::Reader skipper(bytes);
  if (!jute::skip<Record>(skipper) || !skipper.at_end()) return "skip() does not walk over it";
  return std::nullopt;
}

// Any bytes are refused or understood, at a fair price; what is understood encodes to what was read.
template <class Record>
Violation is_read_soberly(std::string_view bytes) {
  AllocationMeter meter;
  jute::Reader reader(bytes);
  Record value;
  const bool accepted = jute::decode(reader, value);
  if (meter.largest() > fair_allocation(bytes.size())) {
    return fmt::format("{} bytes made the decoder take {} at once", bytes.size(), meter.largest());
  }
  jute::Reader skipper(bytes);
  if (jute::skip<Record>(skipper) != accepted) return "skip() and decode() disagree";
  if (!accepted) return std::nullopt;
  if (skipper.remaining() != reader.remaining()) return "skip() and decode() end in different places";
  const std::string_view read = bytes.substr(0, bytes.size() - reader.remaining());
  const std::string again = jute::encoded(value);
  if (again.size() != read.size()) return fmt::format("{} bytes read, {} written", read.size(), again.size());
  if (!has_synonyms<Record>() && again != read) return "other bytes come back";
  const std::optional<Record> twice = jute::decoded<Record>(again);
  if (!twice || !(*twice == value)) return "the second reading differs from the first";
  return std::nullopt;
}

}  // namespace paddock::tests
