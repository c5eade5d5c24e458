// The recorded bytes in tests/vectors, for tests that hold our records against ZooKeeper's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace paddock::tests {

struct Sample {
  std::string title;  // the comment line above the bytes, without "# "
  std::string bytes;
};

// All samples of tests/vectors/<file>, in order. A file that is missing or malformed aborts the test.
std::vector<Sample> load_samples(std::string_view file);

// The first sample whose title begins with `title`. Aborts the test if there is none.
const Sample& sample_named(const std::vector<Sample>& samples, std::string_view title);

// "0a ff" -> two bytes; blanks are ignored. Aborts the test at anything else.
std::string from_hex(std::string_view hex);
std::string to_hex(std::string_view bytes);

// A file of the source tree, by its path from the root.
std::string read_source(std::string_view path);

// How many structs a header of the source tree declares: a list of "all records" is held against it.
size_t count_structs(std::string_view header);

}  // namespace paddock::tests
