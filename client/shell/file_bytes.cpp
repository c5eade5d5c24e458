#include "client/shell/file_bytes.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace paddock::client::shell {

Result<std::string> read_file(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(input), {});
  if (!input.is_open() || input.bad()) return make_fault("cannot read {}: {}", file, std::strerror(errno));
  return bytes;
}

Result<std::string> read_file_or_input(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  return read_file(file);
}

}  // namespace paddock::client::shell
