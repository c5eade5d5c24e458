#include "client/bench/request_source.h"

namespace paddock::client::bench {

bool RangeSource::append(std::string& out, int32_t xid) {
  if (next_ >= end_) return false;
  frame_.append(out, xid, next_++);
  return true;
}

LoadSource::LoadSource(const BenchOptions& options, const PathPattern& keys, const PathPattern& created,
                       std::string_view data, uint64_t seed)
    : ops_(options.ops),
      read_percent_(static_cast<uint64_t>(options.read_percent)),
      key_count_(options.keys),
      read_(read_frame(keys)),
      write_(write_frame(keys, data)),
      create_(create_frame(created, data)),
      random_(seed) {}

bool LoadSource::append(std::string& out, int32_t xid) {
  switch (ops_) {
    case Ops::read:
      read_.append(out, xid, random_key());
      break;
    case Ops::write:
      write_.append(out, xid, random_key());
      break;
    case Ops::create:
      create_.append(out, xid, created_++);
      break;
    case Ops::mixed:
      (random_.below(100) < read_percent_ ? read_ : write_).append(out, xid, random_key());
      break;
  }
  return true;
}

}  // namespace paddock::client::bench
