// The reflective codec: encodes and decodes any record (types.h) field by field in declaration order, so the
// struct is the only description of its wire form.
//
//   std::string out;
//   jute::Writer writer(out);
//   jute::encode(writer, client::DeleteRequest{"/a", -1});
//
//   jute::Reader reader(bytes);
//   client::DeleteRequest request;
//   if (!jute::decode(reader, request)) ...            // malformed; `request` is unspecified but
//   destructible
//
// std::optional<T> is legal only for the last fields of an outermost record: absent when the input ends
// before it (connect records without readOnly, transactions without digest).
#pragma once

#include <algorithm>
#include <boost/pfr.hpp>
#include <concepts>
#include <optional>
#include <type_traits>

#include "protocol/jute/reader.h"
#include "protocol/jute/writer.h"

namespace paddock::jute {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<Vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

// The fewest bytes that any value of T takes on the wire; what a vector's count is held against.
template <class T>
constexpr size_t min_encoded_size() {
  if constexpr (std::same_as<T, bool> || std::same_as<T, uint8_t>) {
    return 1;
  } else if constexpr (std::same_as<T, int32_t> || std::same_as<T, Buffer> || IsVector<T>::value) {
    return 4;
  } else if constexpr (std::same_as<T, int64_t>) {
    return 8;
  } else if constexpr (IsOptional<T>::value) {
    return 0;
  } else {
    return []<size_t... I>(std::index_sequence<I...>) {
      return (size_t{0} + ... + min_encoded_size<boost::pfr::tuple_element_t<I, T>>());
    }
    (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
  }
}

template <class T>
void encode(Writer& writer, const T& value) {
  if constexpr (std::same_as<T, bool>) {
    writer.write_bool(value);
  } else if constexpr (std::same_as<T, uint8_t>) {
    writer.write_byte(value);
  } else if constexpr (std::same_as<T, int32_t>) {
    writer.write_int(value);
  } else if constexpr (std::same_as<T, int64_t>) {
    writer.write_long(value);
  } else if constexpr (std::same_as<T, Buffer>) {
    writer.write_buffer(value);
  } else if constexpr (IsVector<T>::value) {
    if (value.null) return writer.write_int(-1);
    writer.write_int(static_cast<int32_t>(value.items.size()));
    for (const auto& item : value.items) encode(writer, item);
  } else if constexpr (IsOptional<T>::value) {
    if (value) encode(writer, *value);
  } else {
    boost::pfr::for_each_field(value, [&](const auto& field) { encode(writer, field); });
  }
}

template <class T>
bool decode(Reader& reader, T& value);

template <class T>
void decode_vector(Reader& reader, Vector<T>& vector) {
  vector.items.clear();
  const int32_t count = reader.read_int();
  vector.null = reader.ok() && count == -1;
  if (count <= 0) return;  // ZooKeeper reads other negative counts as empty
  constexpr size_t least = std::max<size_t>(min_encoded_size<T>(), 1);
  if (static_cast<size_t>(count) > reader.remaining() / least) return reader.fail();
  vector.items.resize(static_cast<size_t>(count));
  for (auto& item : vector.items) {
    if (!decode(reader, item)) return;
  }
}

// Returns reader.ok().
template <class T>
bool decode(Reader& reader, T& value) {
  if constexpr (std::same_as<T, bool>) {
    value = reader.read_bool();
  } else if constexpr (std::same_as<T, uint8_t>) {
    value = reader.read_byte();
  } else if constexpr (std::same_as<T, int32_t>) {
    value = reader.read_int();
  } else if constexpr (std::same_as<T, int64_t>) {
    value = reader.read_long();
  } else if constexpr (std::same_as<T, Buffer>) {
    value = reader.read_buffer();
  } else if constexpr (IsVector<T>::value) {
    decode_vector(reader, value);
  } else if constexpr (IsOptional<T>::value) {
    value.reset();
    if (reader.ok() && !reader.at_end()) decode(reader, value.emplace());
  } else {
    boost::pfr::for_each_field(value, [&](auto& field) { decode(reader, field); });
  }
  return reader.ok();
}

// Passes over a record without keeping it, by the rules of decode. Returns reader.ok().
template <class T>
bool skip(Reader& reader) {
  if constexpr (IsVector<T>::value) {
    using Item = typename decltype(T::items)::value_type;
    for (int32_t left = reader.read_int(); left > 0 && reader.ok(); --left) skip<Item>(reader);
  } else if constexpr (IsOptional<T>::value) {
    if (reader.ok() && !reader.at_end()) skip<typename T::value_type>(reader);
  } else if constexpr (std::is_class_v<T> && !std::same_as<T, Buffer>) {
    [&]<size_t... I>(std::index_sequence<I...>) {
      (skip<boost::pfr::tuple_element_t<I, T>>(reader), ...);
    }
    (std::make_index_sequence<boost::pfr::tuple_size_v<T>>());
  } else {
    T value;
    decode(reader, value);
  }
  return reader.ok();
}

// What encode() will write for `value`, in bytes.
template <class T>
size_t encoded_size(const T& value) {
  if constexpr (std::same_as<T, Buffer>) {
    return 4 + value.size();
  } else if constexpr (IsVector<T>::value) {
    size_t size = 4;
    for (const auto& item : value.items) size += encoded_size(item);
    return size;
  } else if constexpr (IsOptional<T>::value) {
    return value ? encoded_size(*value) : 0;
  } else if constexpr (std::is_class_v<T>) {
    size_t size = 0;
    boost::pfr::for_each_field(value, [&](const auto& field) { size += encoded_size(field); });
    return size;
  } else {
    return min_encoded_size<T>();
  }
}

// The record alone, as bytes.
template <class T>
std::string encoded(const T& value) {
  std::string out;
  out.reserve(encoded_size(value));
  Writer writer(out);
  encode(writer, value);
  return out;
}

// All of `bytes` as one record; nothing if malformed. Bytes behind the last field are ignored, as ZooKeeper
// does.
template <class T>
std::optional<T> decoded(std::string_view bytes) {
  Reader reader(bytes);
  std::optional<T> value(std::in_place);
  if (!decode(reader, *value)) value.reset();
  return value;
}

}  // namespace paddock::jute
