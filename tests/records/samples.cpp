#include "tests/records/samples.h"

#include <fstream>
#include <sstream>

#include "protocol/base/check.h"

namespace paddock::tests {
namespace {

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  PADDOCK_CHECK(digit >= 'a' && digit <= 'f', "'{}' is no hex digit", digit);
  return digit - 'a' + 10;
}

}  // namespace

std::string from_hex(std::string_view hex) {
  std::string bytes;
  int high = -1;
  for (const char digit : hex) {
    if (digit == ' ') continue;
    if (high < 0) {
      high = nibble(digit);
    } else {
      bytes.push_back(static_cast<char>(high << 4 | nibble(digit)));
      high = -1;
    }
  }
  PADDOCK_CHECK(high < 0, "an odd number of hex digits");
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

std::string read_source(std::string_view path) {
  std::ifstream file(fmt::format("{}/{}", PADDOCK_SOURCE_DIR, path));
  PADDOCK_CHECK(file.is_open(), "no file {}", path);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

size_t count_structs(std::string_view header) {
  std::istringstream lines(read_source(header));
  size_t count = 0;
  for (std::string line; std::getline(lines, line);) count += line.starts_with("struct ") ? 1 : 0;
  return count;
}

std::vector<Sample> load_samples(std::string_view file) {
  std::istringstream lines(read_source(fmt::format("tests/vectors/{}", file)));
  std::vector<Sample> samples;
  std::string title;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) {
      title = line.substr(2);
    } else {
      samples.push_back(Sample{title, from_hex(line)});
    }
  }
  PADDOCK_CHECK(!samples.empty(), "no samples in {}", file);
  return samples;
}

const Sample& sample_named(const std::vector<Sample>& samples, std::string_view title) {
  for (const Sample& sample : samples) {
    if (sample.title.starts_with(title)) return sample;
  }
  PADDOCK_CHECK(false, "no sample is titled '{}...'", title);
  return samples.front();
}

}  // namespace paddock::tests
