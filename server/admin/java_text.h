// Numbers and dates as Java prints them, which is what tools parse.
#pragma once

#include <cstdint>
#include <string>

namespace paddock::admin {

// Double.toString of `value` rounded to 4 decimals: "0.0", "1.25", "1.0E7".
std::string java_double(double value);
// Date.toString: "Sat Jun 01 12:00:02 UTC 2024", in the process's time zone.
std::string java_date(int64_t wall_ms);

}  // namespace paddock::admin
