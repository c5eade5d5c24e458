// Path rules of the znode tree, as ZooKeeper's PathUtils states them (spec/client-protocol.md 10.1).
// All functions are pure and take UTF-8 bytes as they came from the wire.
#pragma once

#include <string_view>

namespace paddock {

// True if a node may be created at `path`: absolute, no empty, "." or ".." component, no trailing '/', no
// control, surrogate, private-use or noncharacter code point, and therefore no 4-byte or malformed UTF-8.
bool is_valid_path(std::string_view path);

// True if `path` is a name behind its parent's path. Of the parent it asks nothing, so it is cheap: for trees
// that are read back from a disk or a peer, a parent before its children.
bool names_a_node(std::string_view path);

// "/a/b" -> "/a"; "/a" -> "/"; Requires: path holds a '/'.
std::string_view parent_path(std::string_view path);

// "/a/b" -> "b". Requires: path holds a '/'.
std::string_view last_component(std::string_view path);

// "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config": cannot be deleted.
bool is_special_path(std::string_view path);

// True if `path` is `ancestor` itself or lies below it ("/a" covers "/a" and "/a/b", not "/ab").
bool is_at_or_below(std::string_view path, std::string_view ancestor);

}  // namespace paddock
