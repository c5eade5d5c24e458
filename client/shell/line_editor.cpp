#include "client/shell/line_editor.h"

#include <editline/readline.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace paddock::client::shell {
namespace {

constexpr int kHistoryLines = 1000;

// libedit's callbacks take no context.
ChildrenOf current_children_of;

char* copy_of(std::string_view text) {
  return ::strndup(text.data(), text.size());
}

// What all candidates begin with.
std::string common_prefix(const std::vector<std::string>& words) {
  std::string prefix = words.front();
  for (const std::string& word : words) {
    size_t same = 0;
    while (same < prefix.size() && same < word.size() && prefix[same] == word[same]) ++same;
    prefix.resize(same);
  }
  return prefix;
}

// readline's convention: [0] replaces the word, then the candidates, then nullptr, all from malloc.
char** offer(const char* word, int start, int) {
  rl_attempted_completion_over = 1;  // no file names
  const auto found =
      complete(std::string_view(rl_line_buffer, static_cast<size_t>(start)), word, current_children_of);
  if (found.empty()) return nullptr;
  auto** matches = static_cast<char**>(std::calloc(found.size() + 2, sizeof(char*)));
  matches[0] = copy_of(common_prefix(found));
  // A path may go on below its node.
  rl_completion_append_character = found.size() == 1 && found[0].starts_with('/') ? '\0' : ' ';
  for (size_t i = 0; i < found.size(); ++i) matches[i + 1] = copy_of(found[i]);
  return matches;
}

}  // namespace

std::string default_history_file() {
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.paddock_history";
}

LineEditor::LineEditor(std::string history_file, ChildrenOf children_of)
    : history_file_(std::move(history_file)) {
  current_children_of = std::move(children_of);
  rl_readline_name = "paddock";
  rl_initialize();
  rl_attempted_completion_function = offer;
  using_history();
  stifle_history(kHistoryLines);
  if (!history_file_.empty()) read_history(history_file_.c_str());
}

LineEditor::~LineEditor() {
  if (!history_file_.empty()) {
    // Data of nodes is nobody else's business: for the owner alone, before the first byte is written.
    const int fd = ::open(history_file_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
    write_history(history_file_.c_str());
  }
  current_children_of = nullptr;
}

bool LineEditor::read(std::string_view prompt, std::string& line) {
  char* typed = ::readline(std::string(prompt).c_str());
  if (typed == nullptr) return false;
  line = typed;
  std::free(typed);
  // Neither empty lines nor passwords are worth keeping.
  if (!line.empty() && !line.starts_with("addauth")) add_history(line.c_str());
  return true;
}

}  // namespace paddock::client::shell
