#include "protocol/jute/codec.h"

#include <catch2/catch.hpp>
#include <string>

#include "protocol/jute/frame_splitter.h"

namespace paddock::jute {
namespace {

struct Inner {
  int32_t number = 0;
  Text text;
  friend bool operator==(const Inner&, const Inner&) = default;
};
struct Outer {
  bool flag = false;
  int64_t large = 0;
  Buffer data;
  Vector<Inner> list;
  std::optional<int32_t> late;
  friend bool operator==(const Outer&, const Outer&) = default;
};

std::string bytes(std::initializer_list<int> values) {
  std::string out;
  for (int value : values) out.push_back(static_cast<char>(value));
  return out;
}

}  // namespace

TEST_CASE("a record is its fields in declaration order, big-endian") {
  const Outer value{true, 0x0102030405060708, "xy", {Inner{-1, "a"}}, 7};
  CHECK(encoded(value) == bytes({1, 1, 2, 3,   4,   5,   6,   7, 8, 0, 0, 0,   2, 'x', 'y', 0,
                                 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 1, 'a', 0, 0,   0,   7}));
  CHECK(decoded<Outer>(encoded(value)) == value);
}

TEST_CASE("null and empty survive a round trip and differ") {
  Outer value;
  value.list = Vector<Inner>::make_null();
  CHECK(decoded<Outer>(encoded(value)) == value);
  Outer empty;
  empty.data = "";
  CHECK(decoded<Outer>(encoded(empty)) == empty);
  CHECK(encoded(empty) != encoded(value));
}

TEST_CASE("a trailing optional field is absent where the input ends before it") {
  Outer value;
  CHECK_FALSE(decoded<Outer>(encoded(value))->late.has_value());
}

TEST_CASE("every proper prefix of a record is malformed") {
  const std::string whole = encoded(Outer{true, 5, "data", {Inner{1, "one"}, Inner{2, "two"}}, std::nullopt});
  for (size_t length = 0; length < whole.size(); ++length) {
    INFO(length);
    CHECK_FALSE(decoded<Outer>(std::string_view(whole).substr(0, length)));
  }
}

TEST_CASE("a vector's count is held against what remains before memory is taken") {
  const std::string bomb = bytes({0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0x7f, 255, 255, 255, 0, 0});
  CHECK_FALSE(decoded<Outer>(bomb));
}

TEST_CASE("a buffer's length is refused below -1, above the limit and past the end") {
  for (const std::string& input :
       {bytes({255, 255, 255, 254}), bytes({0, 0, 0, 5, 1, 2, 3, 4, 5}), bytes({0, 0, 0, 3, 1, 2})}) {
    Reader reader(input, 4);
    reader.read_buffer();
    CHECK_FALSE(reader.ok());
  }
}

TEST_CASE("frames come out whole however the stream is cut") {
  const std::string stream = bytes({0, 0, 0, 2, 'a', 'b', 0, 0, 0, 0, 0, 0, 0, 1, 'c'});
  for (size_t step = 1; step <= stream.size(); ++step) {
    FrameSplitter splitter(16);
    std::vector<std::string> frames;
    for (size_t at = 0; at < stream.size(); at += step) {
      const std::string_view part = std::string_view(stream).substr(at, step);
      part.copy(splitter.space(part.size()).data(), part.size());
      splitter.commit(part.size());
      while (auto frame = splitter.next()) frames.emplace_back(*frame);
    }
    CHECK(frames == std::vector<std::string>{"ab", "", "c"});
  }
}

TEST_CASE("a frame length out of bounds breaks the stream before memory is taken") {
  for (const std::string& head :
       {bytes({0x7f, 255, 255, 255}), bytes({255, 255, 255, 255}), bytes({0, 0, 0, 17})}) {
    FrameSplitter splitter(16);
    head.copy(splitter.space(4).data(), 4);
    splitter.commit(4);
    CHECK(splitter.space(1).size() < 100'000);
    CHECK_FALSE(splitter.next());
    CHECK(splitter.broken());
  }
}

}  // namespace paddock::jute
