// LineEditor: reads lines at a terminal with editing, history in a file and completion (libedit). One at a
// time in a process, because libedit is global.
#pragma once

#include <string>
#include <string_view>

#include "client/shell/completion.h"

namespace paddock::client::shell {

class LineEditor {
 public:
  // `history_file` may be empty or impossible to write; then the history ends with the program.
  LineEditor(std::string history_file, ChildrenOf children_of);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // False at the end of input.
  bool read(std::string_view prompt, std::string& line);

 private:
  std::string history_file_;
};

// ~/.paddock_history, or empty without a home.
std::string default_history_file();

}  // namespace paddock::client::shell
