#include "server/store/delta_merge.h"

#include <algorithm>
#include <iterator>

namespace paddock::store {
namespace {

using Entry = znode::Delta::Entry;

size_t cost(const Entry& entry) {
  return sizeof(Entry) + entry.key.capacity() + (entry.value ? entry.value->capacity() : 0);
}

}  // namespace

void DeltaMerge::add(znode::Delta delta) {
  PADDOCK_CHECK(!any_ || delta.applied >= applied_, "a delta goes back from 0x{:x} to 0x{:x}", applied_.value,
                delta.applied.value);
  for (Entry& entry : delta.entries) {
    bytes_ += cost(entry);
    entries_.push_back(std::move(entry));
  }
  any_ = true;
  applied_ = delta.applied;
  checksum_ = delta.checksum;
}

void DeltaMerge::compact() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.key < b.key; });
  // Of equal neighbours the last one stays.
  const auto kept = std::unique(entries_.rbegin(), entries_.rend(),
                                [](const Entry& a, const Entry& b) { return a.key == b.key; });
  entries_.erase(entries_.begin(), kept.base());
  bytes_ = 0;
  for (const Entry& entry : entries_) bytes_ += cost(entry);
}

void DeltaMerge::clear() {
  entries_ = {};
  bytes_ = 0;
  any_ = false;
}

}  // namespace paddock::store
