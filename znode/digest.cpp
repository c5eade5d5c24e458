#include "znode/digest.h"

#include "protocol/jute/endian.h"
#include "znode/crc32.h"

namespace paddock::znode {

uint32_t digest_prefix(std::string_view path, const jute::Buffer& data) {
  return crc32_of(crc32_of(0, path == "/" ? "" : path), data.view());
}

uint32_t node_digest(uint32_t prefix, const client::StatPersisted& stat) {
  char bytes[60];
  jute::store_long(bytes, stat.czxid);
  jute::store_long(bytes + 8, stat.mzxid);
  jute::store_long(bytes + 16, stat.pzxid);
  jute::store_long(bytes + 24, stat.ctime);
  jute::store_long(bytes + 32, stat.mtime);
  jute::store_int(bytes + 40, stat.version);
  jute::store_int(bytes + 44, stat.cversion);
  jute::store_int(bytes + 48, stat.aversion);
  jute::store_long(bytes + 52, stat.ephemeral_owner);
  return crc32_of(prefix, std::string_view(bytes, sizeof bytes));
}

bool is_digested(std::string_view path) {
  return !path.starts_with("/zookeeper/");
}

}  // namespace paddock::znode
