#include "server/admin/java_text.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <ctime>

namespace paddock::admin {
namespace {

// Shortest digits that give the number back; Java's form has at least one of them behind the point.
std::string shortest(double value, std::chars_format format) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, format).ptr;
  return std::string(text, end);
}

std::string with_fraction(std::string digits) {
  if (digits.find('.') == std::string::npos) digits += ".0";
  return digits;
}

}  // namespace

std::string java_double(double value) {
  const double rounded = std::round(value * 10000) / 10000;
  const double size = std::fabs(rounded);
  if (size == 0 || (size >= 1e-3 && size < 1e7))
    return with_fraction(shortest(rounded, std::chars_format::fixed));
  const std::string scientific = shortest(rounded, std::chars_format::scientific);  // 1.5e+07
  const size_t e = scientific.find('e');
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  return fmt::format("{}E{}", with_fraction(scientific.substr(0, e)), exponent);
}

std::string java_date(int64_t wall_ms) {
  const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[64];
  const size_t size = std::strftime(text, sizeof text, "%a %b %d %H:%M:%S %Z %Y", &local);
  return std::string(text, size);
}

}  // namespace paddock::admin
