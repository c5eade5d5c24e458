#include "client/bench/histogram.h"

#include <catch2/catch.hpp>
#include <memory>

namespace paddock::client::bench {

TEST_CASE("percentiles of a histogram are at most 1.6 % above the exact ones") {
  auto histogram = std::make_unique<Histogram>();
  for (int64_t i = 1; i <= 100'000; ++i) histogram->record(i * 1000);
  for (const double percent : {0.1, 50.0, 90.0, 99.0, 99.9}) {
    const double exact = percent * 1e6;
    INFO(percent);
    CHECK(histogram->percentile_ns(percent) >= exact);
    CHECK(histogram->percentile_ns(percent) <= exact * 1.016);
  }
  CHECK(histogram->percentile_ns(100) == 100'000'000);
  CHECK(histogram->max_ns() == 100'000'000);
  CHECK(histogram->mean_ns() == Approx(50'000'500));
}

TEST_CASE("a histogram keeps small values exactly and takes the largest there are") {
  auto histogram = std::make_unique<Histogram>();
  CHECK(histogram->percentile_ns(50) == 0);
  for (const int64_t value : {-5, 0, 1, 63, 64, 127}) histogram->record(value);
  CHECK(histogram->percentile_ns(50) == 1);
  CHECK(histogram->percentile_ns(80) == 64);
  histogram->record(INT64_MAX);
  CHECK(histogram->percentile_ns(100) == INT64_MAX);
  CHECK(histogram->count() == 7);
}

}  // namespace paddock::client::bench
