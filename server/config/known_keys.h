// Which keys of zoo.cfg mean something to ZooKeeper or to Paddock although Config has no field for them. Only
// for telling an operator about the others.
#pragma once

#include <string_view>

namespace paddock::config {

// What zoo.cfg's own parser in ZooKeeper demands of a value.
enum class ValueKind { text, number, boolean };

// For the keys of ZooKeeper's parser without a field in Config; false for all others.
bool parser_key(std::string_view key, ValueKind& kind);
// A parser's key, a property that ZooKeeper documents, or one of Paddock's own.
bool is_known_key(std::string_view key);

}  // namespace paddock::config
