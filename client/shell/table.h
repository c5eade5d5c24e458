// Tables: JSON documents as columns of text, for people. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace paddock::client::shell {

using Json = nlohmann::ordered_json;

// How one value looks in a cell: text without quotes and control characters, lists joined by commas, null as
// nothing.
std::string cell_text(const Json& value);

// One line for each row below a line of titles. A column for each key, in the order of their first
// appearance; numbers stand to the right. Empty without rows.
std::string table_text(const std::vector<Json>& rows);

// One document alone: an object as a line for each of its fields, a list of objects as a table, another list
// as a line for each item.
std::string document_text(const Json& document);

}  // namespace paddock::client::shell
