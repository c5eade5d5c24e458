// Plays every file of this folder. After a change of behaviour that is meant:
//
//   PADDOCK_REWRITE=1 build/bin/test_scenarios && git diff tests/scenarios
//
// and read the difference as you would read code. What must never happen ("WRONG") is not written.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "stage/script.h"

namespace paddock::scenarios {
namespace {

std::set<std::filesystem::path> scenario_files() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(PADDOCK_SCENARIOS)) {
    if (entry.path().extension() == ".scenario") files.insert(entry.path());
  }
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "    " + line + "\n";
  return text;
}

void rewrite(const std::filesystem::path& file, std::vector<Block> blocks, const Outcome& outcome) {
  for (size_t i = 0; i < blocks.size(); ++i) blocks[i].expected = outcome.told[i];
  std::ofstream(file) << write_script(blocks);
}

void compare(const std::filesystem::path& file, const std::vector<Block>& blocks, const Outcome& outcome) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].expected == outcome.told[i]) continue;
    FAIL_CHECK(file.filename().string() << ":" << blocks[i].line << "\n  the file tells\n"
                                        << joined(blocks[i].expected) << "  but it is\n"
                                        << joined(outcome.told[i]));
  }
}

}  // namespace

TEST_CASE("every scenario has the consequences that its file tells") {
  for (const std::filesystem::path& file : scenario_files()) {
    DYNAMIC_SECTION(file.stem().string()) {
      const std::vector<Block> blocks = parse_script(content_of(file));
      const Result<Outcome> outcome = play(blocks);
      if (!outcome.ok()) FAIL(file.filename().string() << ": " << outcome.fault().message);
      if (outcome.value().went_wrong || std::getenv("PADDOCK_REWRITE") == nullptr) {
        compare(file, blocks, outcome.value());
        CHECK_FALSE(outcome.value().went_wrong);
      } else {
        rewrite(file, blocks, outcome.value());
      }
    }
  }
}

TEST_CASE("a script is written as it was read") {
  const std::string text = "# Prose.\n\nservers 1\nboot 1\n----\n1 leads\n\n# More.\nshow 1\n";
  CHECK(write_script(parse_script(text)) == text);
}

TEST_CASE("a command that makes no sense is named with its line") {
  const auto message = [](const std::string& text) { return play(parse_script(text)).fault().message; };
  CHECK(message("servers 1\n\nfly 1\n") == "line 3: 'fly 1' is no command");
  CHECK(message("propose 1 a\n").starts_with("line 1: 'propose 1 a': server 1 does not run"));
  CHECK(message("servers 1\nboot 1 now\n").starts_with("line 2: "));
}

}  // namespace paddock::scenarios
