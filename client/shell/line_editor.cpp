#include "client/shell/line_editor.h"

#include <editline/readline.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "client/shell/interrupt.h"

namespace paddock::client::shell {
namespace {

constexpr int kHistoryLines = 1000;
constexpr int kAskBeforeListing = 100;

// libedit's callbacks take no context.
CompletionSource current_source;
Notices* current_notices = nullptr;
volatile std::sig_atomic_t resized = 0;

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
  const auto [found, paths] =
      complete(std::string_view(rl_line_buffer, static_cast<size_t>(start)), word, current_source);
  if (found.empty()) return nullptr;
  auto** matches = static_cast<char**>(std::calloc(found.size() + 2, sizeof(char*)));
  matches[0] = copy_of(common_prefix(found));
  // A path may go on below its node.
  rl_completion_append_character = found.size() == 1 && paths ? '\0' : ' ';
  for (size_t i = 0; i < found.size(); ++i) matches[i + 1] = copy_of(found[i]);
  return matches;
}

// Puts what has come above the line that is being typed.
void show_notices() {
  const std::string text = current_notices->take();
  if (text.empty()) return;
  std::fprintf(stdout, "\r\033[J%s", text.c_str());
  std::fflush(stdout);
  rl_forced_update_display();
}

// The terminal has wrapped the line anew, and where the cursor is now neither we nor libedit know: the line
// is drawn again on a row of its own.
void redraw_at_new_size() {
  rl_resize_terminal();
  std::fputs("\r\n\033[J", stdout);
  std::fflush(stdout);
  rl_forced_update_display();
}

// The bytes of a character behind its first one.
int rest_of_character(unsigned char first) {
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
  int character = more == 0 ? first : first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    unsigned char next = 0;
    if (::read(STDIN_FILENO, &next, 1) != 1) return -1;
    character = character << 6 | (next & 0x3F);
  }
  return character;
}

// libedit asks for the next character; -1 ends the line. Waits for Ctrl-C, notices and a new size as well:
// libedit's own handling of signals would redraw behind our back and pass SIGINT on to the whole process
// group.
int next_character(FILE*) {
  for (;;) {
    if (interrupt::requested()) return -1;
    if (resized) {
      resized = 0;
      redraw_at_new_size();
    }
    pollfd sources[] = {{STDIN_FILENO, POLLIN, 0},
                        {current_notices->descriptor(), POLLIN, 0},
                        {interrupt::descriptor(), POLLIN, 0}};
    if (::poll(sources, std::size(sources), -1) < 0) {
      if (errno == EINTR) continue;
      return -1;
    }
    if (sources[1].revents != 0) show_notices();
    if (sources[0].revents == 0) continue;
    unsigned char first = 0;
    if (::read(STDIN_FILENO, &first, 1) == 1) return rest_of_character(first);
    if (errno != EINTR) return -1;
  }
}

void watch_the_size() {
  struct sigaction action {};
  action.sa_handler = [](int) { resized = 1; };
  ::sigaction(SIGWINCH, &action, nullptr);
}

}  // namespace

std::string default_history_file() {
  const char* home = std::getenv("HOME");
  return home == nullptr ? std::string() : std::string(home) + "/.paddock_history";
}

LineEditor::LineEditor(std::string history_file, Notices& notices, CompletionSource source)
    : history_file_(std::move(history_file)) {
  current_source = std::move(source);
  current_notices = &notices;
  rl_readline_name = "paddock";
  rl_catch_signals = 0;
  rl_getc_function = next_character;
  rl_completion_query_items = kAskBeforeListing;
  rl_initialize();
  rl_attempted_completion_function = offer;
  using_history();
  stifle_history(kHistoryLines);
  if (!history_file_.empty()) read_history(history_file_.c_str());
  watch_the_size();
}

LineEditor::~LineEditor() {
  if (!history_file_.empty()) {
    // Data of nodes is nobody else's business: for the owner alone, before the first byte is written.
    const int fd = ::open(history_file_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
    write_history(history_file_.c_str());
  }
  current_source = {};
  current_notices = nullptr;
}

LineEditor::Read LineEditor::read(std::string_view prompt, std::string& line) {
  interrupt::clear();
  current_notices->hold(true);
  char* typed = ::readline(std::string(prompt).c_str());
  current_notices->hold(false);
  if (interrupt::requested()) {
    std::free(typed);
    std::fputs("^C\n", stdout);
    return Read::interrupted;
  }
  if (typed == nullptr) {
    std::fputc('\n', stdout);
    return Read::end;
  }
  line = typed;
  std::free(typed);
  // Neither empty lines nor passwords are worth keeping.
  if (!line.empty() && !line.starts_with("addauth")) add_history(line.c_str());
  return Read::line;
}

}  // namespace paddock::client::shell
