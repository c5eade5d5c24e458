#include "client/shell/table.h"

#include <algorithm>
#include <cctype>

namespace paddock::client::shell {
namespace {

// Columns on a terminal, near enough: code points.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, size_t width, bool to_the_right) {
  const std::string blanks(width - std::min(width, width_of(text)), ' ');
  return to_the_right ? blanks + text : text + blanks;
}

struct Column {
  std::string key;
  size_t width = 0;
  bool numbers = true;
};

std::vector<Column> columns_of(const std::vector<Json>& rows) {
  std::vector<Column> columns;
  for (const Json& row : rows) {
    for (const auto& item : row.items()) {
      const std::string& key = item.key();
      const Json& value = item.value();
      auto column =
          std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.key == key; });
      if (column == columns.end()) column = columns.insert(columns.end(), {key, width_of(key)});
      column->width = std::max(column->width, width_of(cell_text(value)));
      column->numbers = column->numbers && (value.is_number() || value.is_null());
    }
  }
  return columns;
}

std::string title_of(std::string key) {
  for (char& c : key) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return key;
}

// Without the blanks at its end.
std::string line_of(const std::vector<Column>& columns, const auto& text_of) {
  std::string line;
  for (const Column& column : columns) {
    if (&column != &columns.front()) line += "  ";
    line += padded(text_of(column), column.width, column.numbers);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

// Of objects within the object as well: "stat.version".
std::vector<std::pair<std::string, std::string>> fields_of(const Json& object, const std::string& prefix) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const auto& [key, value] : object.items()) {
    if (value.is_object()) {
      const auto inner = fields_of(value, prefix + key + '.');
      fields.insert(fields.end(), inner.begin(), inner.end());
    } else {
      fields.emplace_back(prefix + key, cell_text(value));
    }
  }
  return fields;
}

}  // namespace

std::string cell_text(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_array()) {
    std::string text;
    for (const Json& item : value) text += (text.empty() ? "" : ",") + cell_text(item);
    return text;
  }
  if (!value.is_string()) return value.dump();
  std::string text;
  for (const char c : value.get_ref<const std::string&>()) {
    if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') {
      text += c;
    } else {
      text += c == '\n' ? std::string("\\n") : std::string("?");
    }
  }
  return text;
}

std::string table_text(const std::vector<Json>& rows) {
  if (rows.empty()) return {};
  const std::vector<Column> columns = columns_of(rows);
  std::string text = line_of(columns, [](const Column& column) { return title_of(column.key); });
  for (const Json& row : rows) {
    text += '\n' + line_of(columns, [&](const Column& column) {
              const auto found = row.find(column.key);
              return found == row.end() ? std::string() : cell_text(*found);
            });
  }
  return text;
}

std::string document_text(const Json& document) {
  if (document.is_array() && !document.empty() && document.front().is_object()) {
    return table_text({document.begin(), document.end()});
  }
  if (!document.is_array() && !document.is_object()) return cell_text(document);
  std::string text;
  const auto add = [&](const std::string& line) { text += (text.empty() ? "" : "\n") + line; };
  if (document.is_array()) {
    for (const Json& item : document) add(cell_text(item));
    return text;
  }
  size_t width = 0;
  const auto fields = fields_of(document, "");
  for (const auto& [key, value] : fields) width = std::max(width, width_of(key));
  for (const auto& [key, value] : fields) add(padded(key, width, false) + "  " + value);
  return text;
}

}  // namespace paddock::client::shell
