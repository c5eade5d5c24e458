#include "client/recipes/counter.h"

#include <charconv>
#include <limits>

#include "client/helpers.h"
#include "protocol/base/paths.h"

namespace paddock::recipes {
namespace {

std::string big_endian(uint64_t bits, size_t bytes) {
  std::string text(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) text[bytes - 1 - i] = static_cast<char>(bits >> (8 * i));
  return text;
}

uint64_t from_big_endian(std::string_view data) {
  uint64_t bits = 0;
  for (const char byte : data) bits = bits << 8 | static_cast<unsigned char>(byte);
  return bits;
}

}  // namespace

std::optional<int64_t> parse_number(CounterFormat format, std::string_view data) {
  if (data.empty()) return 0;
  if (format == CounterFormat::int32) {
    if (data.size() != 4) return std::nullopt;
    return static_cast<int32_t>(static_cast<uint32_t>(from_big_endian(data)));
  }
  if (format == CounterFormat::int64) {
    if (data.size() != 8) return std::nullopt;
    return static_cast<int64_t>(from_big_endian(data));
  }
  int64_t number = 0;
  const auto [end, err] = std::from_chars(data.data(), data.data() + data.size(), number);
  if (err != std::errc() || end != data.data() + data.size()) return std::nullopt;
  return number;
}

std::optional<std::string> format_number(CounterFormat format, int64_t number) {
  const bool small = number == static_cast<int32_t>(number);
  switch (format) {
    case CounterFormat::int32:
      return small ? std::optional(big_endian(static_cast<uint64_t>(number), 4)) : std::nullopt;
    case CounterFormat::int64:
      return big_endian(static_cast<uint64_t>(number), 8);
    case CounterFormat::digits:
      break;
  }
  return std::to_string(number);
}

Counter::Counter(ClientPtr zk, std::string path, CounterFormat format)
    : zk_(std::move(zk)), path_(std::move(path)), format_(format) {}

// Not empty at first: Curator's SharedCount fails at what is not four bytes.
Async<Outcome<Nothing>> Counter::make(Limits limits) {
  const auto create = [zk = zk_, path = path_, zero = format_number(format_, 0).value_or(""), limits] {
    const client::CreateOptions options;
    return zk->under(limits).async_create(path, zero, options, use_awaitable);
  };
  for (;;) {
    const Outcome<client::Created> created = co_await client::retried(create);
    if (created.err == ErrorCode::node_exists) co_return Outcome<Nothing>{};
    if (created.err != ErrorCode::no_node) co_return Outcome<Nothing>{created.err, {}};
    const std::string directory(parent_path(path_));
    const Outcome<Nothing> above = co_await client::ensure_path(zk_, directory, limits);
    if (!above) co_return above;
  }
}

// `change`: std::optional<int64_t>(int64_t before).
template <class Change>
Async<Outcome<int64_t>> Counter::change(Change change, Limits limits) {
  ErrorCode refused = ErrorCode::ok;
  int64_t after = 0;
  const client::Change apply = [&](const client::NodeData& node) -> std::optional<std::string> {
    const auto before = parse_number(format_, node.data);
    const auto wanted = before ? change(*before) : std::nullopt;
    const auto data = wanted ? format_number(format_, *wanted) : std::nullopt;
    refused = data ? ErrorCode::ok : before ? ErrorCode::bad_arguments : ErrorCode::marshalling_error;
    if (data) after = *wanted;
    return data;
  };
  for (;;) {
    const Outcome<client::NodeData> node = co_await client::update(zk_, path_, apply, limits);
    if (node.err != ErrorCode::no_node) co_return Outcome<int64_t>{node ? refused : node.err, after};
    const Outcome<Nothing> made = co_await make(limits);
    if (!made) co_return Outcome<int64_t>{made.err, 0};
  }
}

Async<Outcome<int64_t>> Counter::add(int64_t delta, Limits limits) {
  const auto sum = [delta](int64_t before) {
    int64_t after = 0;
    const bool overflow = __builtin_add_overflow(before, delta, &after);
    return overflow ? std::nullopt : std::optional(after);
  };
  return change(sum, std::move(limits));
}

Async<Outcome<int64_t>> Counter::set(int64_t number, Limits limits) {
  return change([number](int64_t) { return std::optional(number); }, std::move(limits));
}

Async<Outcome<int64_t>> Counter::get(Limits limits) {
  const auto read = [zk = zk_, path = path_, limits] {
    return zk->under(limits).async_get(path, false, use_awaitable);
  };
  const Outcome<client::NodeData> node = co_await client::retried(read);
  if (node.err == ErrorCode::no_node) co_return Outcome<int64_t>{};
  if (!node) co_return Outcome<int64_t>{node.err, 0};
  const auto number = parse_number(format_, node.value.data);
  co_return Outcome<int64_t>{number ? ErrorCode::ok : ErrorCode::marshalling_error, number.value_or(0)};
}

}  // namespace paddock::recipes
