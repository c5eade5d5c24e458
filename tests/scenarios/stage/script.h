// Script: a scenario file. Blocks are divided by blank lines; lines that begin with '#' are prose. A block is
// commands, then "----" and the consequences, one a line:
//
//   propose 3 a
//   run
//   ----
//   3 commits 1:1 a
//   1 commits 1:1 a
#pragma once

#include <string>
#include <vector>

#include "protocol/base/result.h"

namespace paddock::scenarios {

struct Block {
  int line = 0;                       // of its first command
  std::vector<std::string> prose;     // with the '#', and blank lines
  std::vector<std::string> commands;  // none: prose at the end of the file
  std::vector<std::string> expected;
};

std::vector<Block> parse_script(const std::string& text);
std::string write_script(const std::vector<Block>& blocks);

struct Outcome {
  std::vector<std::vector<std::string>> told;  // by each block
  bool went_wrong = false;                     // a consequence that must never be
};

// Plays all blocks. A fault names the line of a command that makes no sense.
Result<Outcome> play(const std::vector<Block>& blocks);

}  // namespace paddock::scenarios
