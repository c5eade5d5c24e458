// LineEditor: one line from a person at a terminal, with history, completion, and whatever comes meanwhile.
//
// Owner: one per process, because libedit's state is global; one thread.
#pragma once

#include <string>
#include <string_view>

#include "client/shell/completion.h"
#include "client/shell/notices.h"

namespace paddock::client::shell {

class LineEditor {
 public:
  enum class Read { line, interrupted, end };

  // History is kept in `history_file`, if it can be. Notices are shown above the prompt while it is up.
  LineEditor(std::string history_file, Notices& notices, CompletionSource source);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  Read read(std::string_view prompt, std::string& line);

 private:
  std::string history_file_;
};

// ~/.paddock_history; empty without a home.
std::string default_history_file();

}  // namespace paddock::client::shell
