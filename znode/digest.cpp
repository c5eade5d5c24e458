#include "znode/digest.h"

#include <zlib.h>

#include "protocol/jute/endian.h"

namespace paddock::znode {
namespace {

uint32_t crc_over(uint32_t crc, std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

uint32_t digest_prefix(std::string_view path, const jute::Buffer& data) {
  // zlib reads a null pointer as "give me the initial value" and forgets the CRC so far, so skip empty runs.
  uint32_t crc = 0;
  if (path != "/" && !path.empty()) crc = crc_over(crc, path);
  if (data.size() > 0) crc = crc_over(crc, data.view());
  return crc;
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
  return crc_over(prefix, std::string_view(bytes, sizeof bytes));
}

bool is_digested(std::string_view path) {
  return !path.starts_with("/zookeeper/");
}

}  // namespace paddock::znode
