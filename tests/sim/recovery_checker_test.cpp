#include "tests/sim/recovery_checker.h"

#include <catch2/catch.hpp>

#include "tests/sim/violation.h"

namespace paddock::sim {
namespace {

store::Append entry(uint32_t counter, const std::string& txn = "txn") {
  return {{}, Zxid::of(1, counter), Bytes(txn + std::to_string(counter))};
}

DiskImage image(uint32_t entries) {
  DiskImage image;
  image.epochs = {1, 1};
  for (uint32_t counter = 1; counter <= entries; ++counter) image.entries.push_back(entry(counter));
  return image;
}

FoundLog found(const DiskImage& image) {
  return {image.epochs, image.base, {image.entries.begin(), image.entries.end()}, image.last()};
}

}  // namespace

TEST_CASE("a start may find what was durable, and with it a prefix of what was in flight") {
  const std::deque<std::optional<store::LogWork>> in_flight{entry(4), std::nullopt,
                                                            store::WriteEpochs{{}, {2, 1}}, entry(5)};
  CHECK_NOTHROW(check_recovery(image(3), in_flight, found(image(3))));
  CHECK_NOTHROW(check_recovery(image(3), in_flight, found(image(4))));
  DiskImage later = image(5);
  CHECK_THROWS_AS(check_recovery(image(3), in_flight, found(later)),
                  Violation);  // the epochs come before 1:5
  later.epochs = {2, 1};
  CHECK_NOTHROW(check_recovery(image(3), in_flight, found(later)));
}

TEST_CASE("a start that finds less than was durable breaks Z10") {
  CHECK_THROWS_AS(check_recovery(image(3), {}, found(image(2))), Violation);
  FoundLog forgotten = found(image(3));
  forgotten.epochs = {1, 0};
  CHECK_THROWS_AS(check_recovery(image(3), {}, forgotten), Violation);
}

TEST_CASE("a start that finds something else than was asked for breaks Z10") {
  CHECK_THROWS_AS(check_recovery(image(3), {}, found(image(4))), Violation);
  FoundLog other = found(image(3));
  other.entries[1] = entry(2, "other");
  CHECK_THROWS_AS(check_recovery(image(3), {}, other), Violation);
  FoundLog hole = found(image(3));
  hole.entries.erase(hole.entries.begin() + 1);
  CHECK_THROWS_AS(check_recovery(image(3), {}, hole), Violation);
}

TEST_CASE("a truncation may have gone a part of its way, and never beyond its end") {
  const std::deque<std::optional<store::LogWork>> in_flight{store::Truncate{{}, Zxid::of(1, 2)}};
  for (const uint32_t left : {2, 3, 4, 5})
    CHECK_NOTHROW(check_recovery(image(5), in_flight, found(image(left))));
  CHECK_THROWS_AS(check_recovery(image(5), in_flight, found(image(1))), Violation);
}

TEST_CASE("the log may have been purged further, or less far, than is known") {
  DiskImage purged = image(5);
  purged.purge(Zxid::of(1, 2));
  CHECK_NOTHROW(check_recovery(image(5), {}, found(purged)));
  CHECK_NOTHROW(check_recovery(purged, {}, found(image(5))));
}

}  // namespace paddock::sim
