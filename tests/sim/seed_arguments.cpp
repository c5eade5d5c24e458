#include "tests/sim/seed_arguments.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "protocol/base/text.h"

namespace paddock::sim {
namespace {

// "7" or "1..500".
std::optional<std::pair<uint64_t, uint64_t>> range_of(std::string_view text) {
  const size_t dots = text.find("..");
  const auto first = parse_number(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_number(text.substr(dots + 2));
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return std::pair(static_cast<uint64_t>(*first), static_cast<uint64_t>(*last));
}

}  // namespace

void SeedArguments::add_to(CLI::App& app) {
  const auto take = [this](const std::string& text) {
    const auto range = range_of(text);
    if (!range) throw CLI::ValidationError("--seeds", fmt::format("takes 7 or 1..500, not '{}'", text));
    std::tie(first, last) = *range;
  };
  app.add_option_function<std::string>("--seeds,--seed", take,
                                       "which seeds: 7 or 1..500; 1..100 if none are named");
  app.add_flag("--trace", trace, "tell everything that happens");
  app.add_flag("--verbose", verbose, "a report of each seed");
  app.add_flag("--keep-going", keep_going, "go on after a seed that broke a rule");
}

std::string coverage_text(const std::map<std::string, uint64_t>& runs) {
  std::string text;
  for (const auto& [kind, count] : runs)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, count);
  return text;
}

}  // namespace paddock::sim
