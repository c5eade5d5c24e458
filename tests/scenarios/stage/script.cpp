#include "script.h"

#include <sstream>

#include "commands.h"

namespace paddock::scenarios {
namespace {

constexpr std::string_view kRule = "----";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

bool is_prose(const std::string& line) {
  return line.empty() || line.starts_with('#');
}

}  // namespace

std::vector<Block> parse_script(const std::string& text) {
  std::vector<Block> blocks;
  const std::vector<std::string> lines = lines_of(text);
  for (size_t at = 0; at < lines.size();) {
    Block block;
    while (at < lines.size() && is_prose(lines[at])) block.prose.push_back(lines[at++]);
    block.line = static_cast<int>(at) + 1;
    while (at < lines.size() && !lines[at].empty() && lines[at] != kRule)
      block.commands.push_back(lines[at++]);
    if (at < lines.size() && lines[at] == kRule) ++at;
    while (at < lines.size() && !lines[at].empty()) block.expected.push_back(lines[at++]);
    blocks.push_back(std::move(block));
  }
  return blocks;
}

std::string write_script(const std::vector<Block>& blocks) {
  std::string text;
  const auto add = [&](std::string_view line) { text += std::string(line) + "\n"; };
  for (const Block& block : blocks) {
    for (const std::string& line : block.prose) add(line);
    for (const std::string& line : block.commands) add(line);
    if (block.expected.empty()) continue;
    add(kRule);
    for (const std::string& line : block.expected) add(line);
  }
  return text;
}

Result<Outcome> play(const std::vector<Block>& blocks) {
  Outcome outcome;
  Stage stage;
  for (const Block& block : blocks) {
    for (size_t i = 0; i < block.commands.size(); ++i) {
      const Status done = perform(stage, block.commands[i]);
      if (!done.ok()) {
        return make_fault("line {}: {}", block.line + static_cast<int>(i), done.fault().message);
      }
    }
    outcome.told.push_back(stage.story.take());
  }
  outcome.went_wrong = stage.story.went_wrong();
  return outcome;
}

}  // namespace paddock::scenarios
