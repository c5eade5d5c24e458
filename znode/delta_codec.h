// The keys and values of a delta (the grammar is in delta.h), made from and read into one node or session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/base/result.h"
#include "znode/delta.h"
#include "znode/node_store.h"
#include "znode/session_table.h"

namespace paddock::znode {

// "/" for the root.
std::string node_key(std::string_view path);
std::string session_key(int64_t session);

// `acl` as in NodeEntry.
std::string encode_node_value(const client::StatPersisted& stat, std::string_view acl,
                              const jute::Buffer& data);
std::string encode_node(const NodeStore& nodes, NodeIndex node);
std::string encode_session(int32_t timeout_ms);

// `path` as in the key: empty for the root.
Status load_node(NodeStore& nodes, std::string_view path, std::string_view value);
Status load_session(SessionTable& sessions, std::string_view id, std::string_view value);

}  // namespace paddock::znode
