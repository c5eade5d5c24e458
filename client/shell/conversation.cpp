#include "client/shell/conversation.h"

#include <unistd.h>

#include <clocale>
#include <iostream>
#include <sstream>

#include "client/shell/interrupt.h"
#include "client/shell/line_editor.h"

namespace paddock::client::shell {
namespace {

using LineSource = std::function<bool(std::string_view prompt, std::string& line)>;

ExitCode run_lines(Shell& shell, const LineSource& next, const ScriptOptions& options) {
  shell.set_line_source(next);
  ExitCode last_failure = ExitCode::ok;
  std::string line;
  while (!shell.quitting() && next({}, line)) {
    const ExitCode code = shell.run_line(line);
    if (code == ExitCode::ok) continue;
    last_failure = code;
    if (options.stop_at_failure || code == ExitCode::interrupted) break;
  }
  return interrupt::requested() ? ExitCode::interrupted : last_failure;
}

bool line_of_input(std::string_view, std::string& line) {
  return static_cast<bool>(std::getline(std::cin, line));
}

// readline's marks stand around what has no width.
std::string coloured_prompt(const std::string& prompt) {
  return wants_colours(STDOUT_FILENO) ? "\1\033[1m\2" + prompt + "\1\033[0m\2" : prompt;
}

}  // namespace

ExitCode run_input(Shell& shell, const ScriptOptions& options) {
  return run_lines(shell, line_of_input, options);
}

ExitCode run_scripts(Shell& shell, const std::vector<std::string>& scripts, const ScriptOptions& options) {
  std::string all;
  for (const std::string& script : scripts) all += script + '\n';
  std::istringstream input(all);
  return run_lines(
      shell,
      [&input](std::string_view, std::string& line) { return static_cast<bool>(std::getline(input, line)); },
      options);
}

ExitCode run_command(Shell& shell, const std::vector<std::string>& words) {
  shell.set_line_source(line_of_input);
  std::vector<Word> command;
  for (const std::string& text : words) command.push_back({text, false});
  return shell.run_words(command);
}

ExitCode run_prompt(Shell& shell, Notices& notices) {
  std::setlocale(LC_CTYPE, "");
  LineEditor editor(
      default_history_file(), notices,
      {[&](const std::string& path) { return shell.children_of(path); }, [&] { return shell.here(); }});
  shell.set_line_source([&](std::string_view prompt, std::string& line) {
    return editor.read(prompt, line) == LineEditor::Read::line;
  });
  shell.connect({});
  std::string line;
  while (!shell.quitting()) {
    const LineEditor::Read read = editor.read(coloured_prompt(shell.prompt()), line);
    if (read == LineEditor::Read::end) break;
    if (read == LineEditor::Read::line) shell.run_line(line);
  }
  return ExitCode::ok;
}

}  // namespace paddock::client::shell
