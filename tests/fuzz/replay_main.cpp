// Runs a fuzz target over a folder of inputs, each as it is and in spoiled variants: what CI has of fuzzing,
// with any compiler. The variants are the same in every run.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/records/generate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int kVariants = 200;

volatile std::sig_atomic_t current_variant = -1;

// The input's name is printed already; -1 is the input itself.
void tell_where(int) {
  std::fprintf(stderr, "variant %d\n", static_cast<int>(current_variant));
}

void run(const std::string& input) {
  // A buffer of the exact size on the heap, so that a sanitizer sees one byte too far.
  const std::vector<uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string input{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  current_variant = -1;
  run(input);
  paddock::Random random(input.size());
  for (int variant = 0; variant < kVariants; ++variant) {
    current_variant = variant;
    run(paddock::tests::spoiled(random, input));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, tell_where);
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) inputs.push_back(entry.path());
  std::sort(inputs.begin(), inputs.end());
  for (const auto& input : inputs) {
    std::printf("%s\n", input.c_str());
    std::fflush(stdout);
    replay(input);
  }
  return inputs.empty() ? 1 : 0;
}
