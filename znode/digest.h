// ZooKeeper's tree digest, version 2, bit for bit (spec/disk-formats.md section 5): CRC-32 over path, data
// and the 60 bytes of a stat, summed over all nodes modulo 2^64.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocol/client/records.h"
#include "protocol/jute/types.h"

namespace paddock::znode {

// CRC state after path and data; cached per node, so that a change of its stat digests 60 bytes.
uint32_t digest_prefix(std::string_view path, const jute::Buffer& data);
uint32_t node_digest(uint32_t prefix, const client::StatPersisted& stat);

// False for everything below "/zookeeper/"; the node "/zookeeper" itself counts.
bool is_digested(std::string_view path);

}  // namespace paddock::znode
