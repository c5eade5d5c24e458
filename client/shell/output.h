// Output: where a command puts what it found, in the form that the user chose. The command says it twice: as
// zkCli's text and as a value.
//
//   plain   the text
//   json    one document a line; a command that finds many things prints a line for each
//   table   columns; the rows of one command are shown together when it ends
//
// Owner: one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "client/shell/table.h"

namespace paddock::client::shell {

enum class Format { plain, json, table };

class Output {
 public:
  using Sink = std::function<void(std::string_view)>;

  // `colours`: whether paint() does anything.
  Output(Format format, bool colours, Sink sink);

  Format format() const { return format_; }
  // The whole result of a command.
  void show(std::string_view plain, const Json& document);
  // One of many.
  void row(std::string_view plain, Json document);
  // Bytes as they are, whatever the form.
  void raw(std::string_view bytes) { sink_(bytes); }
  // A command has ended, or wants its rows seen now.
  void flush();

  // "red", "green", "yellow", "cyan", "bold"; the text itself without colours or as part of JSON.
  std::string paint(std::string_view colour, std::string_view text) const;

 private:
  void line(std::string_view text);

  const Format format_;
  const bool colours_;
  const Sink sink_;
  std::vector<Json> rows_;
};

// As paint(), for whoever has no Output.
std::string painted(std::string_view colour, std::string_view text);
// Whether the terminal behind `descriptor` wants colours: there is one, it is not dumb, NO_COLOR is not set.
bool wants_colours(int descriptor);

}  // namespace paddock::client::shell
