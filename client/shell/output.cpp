#include "client/shell/output.h"

#include <unistd.h>

#include <cstdlib>

namespace paddock::client::shell {
namespace {

std::string_view code_of(std::string_view colour) {
  if (colour == "red") return "\033[31m";
  if (colour == "green") return "\033[32m";
  if (colour == "yellow") return "\033[33m";
  if (colour == "cyan") return "\033[36m";
  return "\033[1m";
}

}  // namespace

std::string painted(std::string_view colour, std::string_view text) {
  return fmt::format("{}{}\033[0m", code_of(colour), text);
}

bool wants_colours(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const char* none = std::getenv("NO_COLOR");
  const bool refused = none != nullptr && *none != '\0';
  return ::isatty(descriptor) && terminal != nullptr && std::string_view(terminal) != "dumb" && !refused;
}

Output::Output(Format format, bool colours, Sink sink)
    : format_(format), colours_(colours && format != Format::json), sink_(std::move(sink)) {}

void Output::line(std::string_view text) {
  std::string whole(text);
  whole += '\n';
  sink_(whole);
}

void Output::show(std::string_view plain, const Json& document) {
  if (format_ == Format::plain) return line(plain);
  if (format_ == Format::json) return line(document.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (const std::string text = document_text(document); !text.empty()) line(text);
}

void Output::row(std::string_view plain, Json document) {
  if (format_ == Format::table) {
    rows_.push_back(std::move(document));
  } else {
    show(plain, document);
  }
}

void Output::flush() {
  if (rows_.empty()) return;
  line(table_text(rows_));
  rows_.clear();
}

std::string Output::paint(std::string_view colour, std::string_view text) const {
  return colours_ ? painted(colour, text) : std::string(text);
}

}  // namespace paddock::client::shell
