#include "server/net/output_queue.h"

#include <catch2/catch.hpp>

namespace paddock::net {
namespace {

std::string head_of(OutputQueue& queue) {
  std::string text;
  for (const auto& buffer : queue.head()) text.append(static_cast<const char*>(buffer.data()), buffer.size());
  return text;
}

TEST_CASE("What is queued leaves in order, whatever a system call takes of it") {
  const size_t taken = GENERATE(size_t{97}, size_t{331}, size_t{5000}, size_t{100000});
  OutputQueue queue;
  std::string expected;
  for (int i = 0; i < 300; ++i) {
    const std::string piece((i * 37) % 11 == 0 ? 5000 : i % 50, static_cast<char>('a' + i % 26));
    queue.append(Bytes(piece));
    expected += piece;
  }
  std::string left;
  while (!queue.empty()) {
    REQUIRE(queue.size() == expected.size() - left.size());
    const std::string head = head_of(queue).substr(0, taken);
    queue.consume(head.size());
    left += head;
  }
  CHECK(left == expected);
}

TEST_CASE("Small runs are put together, large ones are not copied") {
  OutputQueue queue;
  const Bytes large(std::string(100000, 'x'));
  for (int i = 0; i < 10; ++i) queue.append(Bytes("small"));
  queue.append(large);
  queue.append(Bytes("small"));
  REQUIRE(queue.head().size() == 3);
  CHECK(queue.head()[1].data() == large.view().data());
}

}  // namespace
}  // namespace paddock::net
